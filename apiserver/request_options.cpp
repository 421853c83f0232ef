#include "apiserver/request_options.h"

#include <charconv>
#include <vector>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/base/ascii.h"
#include "lib/kube/field_error.h"

namespace cw::apiserver {
namespace {

using kube::FieldErrors;
using kube::FieldPath;
using kube::StatusError;

StatusError invalid_options(std::string_view kind, const FieldErrors& errors) {
  return kube::invalid(kind, "meta.k8s.io", "", errors);
}

StatusError not_a_number(const std::string& text, std::string_view go_function) {
  std::string_view digits = text;
  if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
  const bool number = !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
  return kube::bad_request("strconv." + std::string(go_function) + ": parsing " + kube::quoted(text) +
                           (number ? ": value out of range" : ": invalid syntax"));
}

kube::Outcome<std::int64_t> read_number(const Query& query, const std::string& name) {
  if (!query.contains(name)) return std::int64_t{0};
  const std::string text = parameter(query, name);
  const std::size_t sign = text.starts_with('+') && !text.starts_with("+-") ? 1 : 0;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data() + sign, text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return not_a_number(text, "ParseInt");
  return number;
}

void read_dry_run(const Query& query, bool& dry_run, FieldErrors& errors) {
  Json given = Json::array();
  const auto [first, last] = query.equal_range("dryRun");
  for (auto at = first; at != last; ++at) {
    given.push_back(at->second);
  }
  if (given.empty()) return;
  for (const Json& value : given) {
    if (value == "All") continue;
    errors.push_back(kube::not_supported(FieldPath("dryRun"), dumped(given), {"All"}));
    return;
  }
  dry_run = true;
}

void read_validation(const Query& query, FieldValidation& validation, FieldErrors& errors) {
  const std::string text = parameter(query, "fieldValidation");
  if (text.empty() || text == "Warn") return;
  if (text == "Strict") {
    validation = FieldValidation::Strict;
  } else if (text == "Ignore") {
    validation = FieldValidation::Ignore;
  } else {
    errors.push_back(kube::not_supported(FieldPath("fieldValidation"), kube::quoted(text),
                                         {"", "Ignore", "Strict", "Warn"}));
  }
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

void check_field_manager(const std::string& name, FieldErrors& errors) {
  constexpr std::size_t kMaxLength = 128;
  const FieldPath at("fieldManager");
  if (name.size() > kMaxLength) errors.push_back(kube::too_long(at, kMaxLength));
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (!is_control(name[i])) continue;
    constexpr std::string_view kHex = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(name[i]);
    errors.push_back(kube::invalid(at, kube::quoted(name),
                                   std::string("invalid character U+00") + kHex[byte >> 4U] +
                                       kHex[byte & 15U] + " (at position " + std::to_string(i) + ")"));
  }
}

struct PropagationNames {
  std::optional<std::string> policy;
  std::optional<bool> orphan;
};

void read_propagation(const PropagationNames& given, Propagation& propagation, FieldErrors& errors) {
  const FieldPath at("propagationPolicy");
  if (given.orphan && given.policy) {
    errors.push_back(kube::invalid(at, kube::quoted(*given.policy),
                                   "orphanDependents and deletionPropagation cannot be both set"));
  } else if (given.orphan) {
    propagation = *given.orphan ? Propagation::Orphan : Propagation::Background;
  }
  if (!given.policy) return;
  if (given.policy == "Foreground") {
    propagation = Propagation::Foreground;
  } else if (given.policy == "Background") {
    propagation = Propagation::Background;
  } else if (given.policy == "Orphan") {
    propagation = Propagation::Orphan;
  } else {
    errors.push_back(
        kube::not_supported(at, kube::quoted(*given.policy), {"Foreground", "Background", "Orphan", "nil"}));
  }
}

std::optional<std::string> optional_text(const Json& object, std::string_view name) {
  const Json* member = find_member(object, name);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

PropagationNames propagation_of(const Query& query, const Json& body) {
  PropagationNames names{optional_text(body, "propagationPolicy"), std::nullopt};
  const Json* orphan = find_member(body, "orphanDependents");
  if (orphan != nullptr && orphan->is_boolean()) names.orphan = orphan->get<bool>();
  if (body.is_object()) return names;
  if (query.contains("propagationPolicy")) names.policy = parameter(query, "propagationPolicy");
  if (query.contains("orphanDependents")) names.orphan = is_true_parameter(query, "orphanDependents");
  return names;
}

// What a watch or list may ask about versions.
FieldErrors check_versions(const ListOptions& options, ListVerb verb) {
  const FieldPath match("resourceVersionMatch");
  const std::string& wanted = options.resource_version_match;
  FieldErrors errors;
  if (verb == ListVerb::List && options.send_initial_events) {
    errors.push_back(
        kube::forbidden(FieldPath("sendInitialEvents"), "sendInitialEvents is forbidden for list"));
  }
  if (verb == ListVerb::Watch) {
    if (options.send_initial_events && wanted != "NotOlderThan") {
      errors.push_back(
          kube::forbidden(match, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
    }
    if (!options.send_initial_events && !wanted.empty()) {
      errors.push_back(kube::forbidden(
          match, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
    }
    if (!wanted.empty() && wanted != "NotOlderThan") {
      errors.push_back(kube::not_supported(match, kube::quoted(wanted), {"NotOlderThan"}));
    }
    return errors;
  }
  if (wanted.empty()) return errors;
  if (options.resource_version.empty()) {
    errors.push_back(
        kube::forbidden(match, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
  }
  if (!options.continue_token.empty()) {
    errors.push_back(kube::forbidden(match, "resourceVersionMatch is forbidden when continue is provided"));
  }
  if (wanted != "Exact" && wanted != "NotOlderThan") {
    errors.push_back(kube::not_supported(match, kube::quoted(wanted), {"Exact", "NotOlderThan", ""}));
  }
  if (wanted == "Exact" && options.resource_version == "0") {
    errors.push_back(
        kube::forbidden(match, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
  }
  return errors;
}

}  // namespace

std::string parameter(const Query& query, const std::string& name) {
  const auto at = query.find(name);
  return at != query.end() ? at->second : std::string();
}

// As Go converts query parameters: all but these is true.
bool is_true_parameter(const Query& query, const std::string& name) {
  const std::string text = parameter(query, name);
  return query.contains(name) && text != "0" && lower_case(text) != "false";
}

kube::Outcome<WriteOptions> read_write_options(const Query& query, std::string_view kind,
                                               FieldErrors errors) {
  WriteOptions options;
  options.field_manager = parameter(query, "fieldManager");
  options.given_manager = options.field_manager;
  options.given_validation = parameter(query, "fieldValidation");
  options.force = is_true_parameter(query, "force");
  check_field_manager(options.field_manager, errors);
  read_dry_run(query, options.dry_run, errors);
  read_validation(query, options.validation, errors);
  if (!errors.empty()) return invalid_options(kind, errors);
  return options;
}

kube::Outcome<DeleteOptions> read_delete_options(const Query& query, const Json& body) {
  DeleteOptions options;
  FieldErrors errors;
  read_propagation(propagation_of(query, body), options.propagation, errors);
  if (body.is_object()) {
    Query given;
    for (const Json& value : array_member(body, "dryRun")) {
      given.emplace("dryRun", value.is_string() ? value.get<std::string>() : dumped(value));
    }
    read_dry_run(given, options.dry_run, errors);
    const Json* grace = find_member(body, "gracePeriodSeconds");
    if (grace != nullptr && grace->is_number_integer()) options.grace = grace->get<std::int64_t>();
    options.uid = optional_text(object_member(body, "preconditions"), "uid");
    options.resource_version = optional_text(object_member(body, "preconditions"), "resourceVersion");
  } else {
    read_dry_run(query, options.dry_run, errors);
    if (query.contains("gracePeriodSeconds")) options.grace = TRY(read_number(query, "gracePeriodSeconds"));
  }
  if (!errors.empty()) return invalid_options("DeleteOptions", errors);
  if (options.grace && *options.grace < 0) options.grace = 1;
  return options;
}

kube::Outcome<ListOptions> read_list_options(const Query& query, ListVerb verb) {
  ListOptions options;
  options.label_selector = parameter(query, "labelSelector");
  options.field_selector = parameter(query, "fieldSelector");
  options.limit = std::max<std::int64_t>(TRY(read_number(query, "limit")), 0);
  options.continue_token = parameter(query, "continue");
  options.resource_version = parameter(query, "resourceVersion");
  options.resource_version_match = parameter(query, "resourceVersionMatch");
  options.allow_bookmarks = is_true_parameter(query, "allowWatchBookmarks");
  if (query.contains("sendInitialEvents")) {
    options.send_initial_events = is_true_parameter(query, "sendInitialEvents");
  }
  const std::int64_t timeout = TRY(read_number(query, "timeoutSeconds"));
  if (timeout > 0) options.timeout = std::chrono::seconds(std::min<std::int64_t>(timeout, 24 * 3600));
  const FieldErrors errors = check_versions(options, verb);
  if (!errors.empty()) return invalid_options("ListOptions", errors);
  return options;
}

}  // namespace cw::apiserver
