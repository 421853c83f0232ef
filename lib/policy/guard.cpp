#include "lib/policy/guard.h"

#include <algorithm>

#include "lib/api/names.h"
#include "lib/base/ascii.h"
#include "lib/policy/guard_settings.h"

namespace cw::policy {

struct Guard::Impl {
  GuardSettings settings;
};

namespace {

constexpr std::string_view kAllowedPrefix = "certwright.dev/allowed-";

std::string path(std::string_view key) { return annotation_path(key).text(); }

// What is asked for, by the names that users know from spec.
struct AskedName {
  std::string_view field;
  const std::string* text;
};

void add_names(std::vector<AskedName>& asked, std::string_view field, const std::vector<std::string>& names) {
  for (const std::string& name : names) asked.push_back({field, &name});
}

// Those of one kind that is not DNS.
std::vector<AskedName> names_of(SanKind kind, const RequestView& request) {
  std::vector<AskedName> asked;
  switch (kind) {
    case SanKind::Ip:
      add_names(asked, "IP address", request.ip_addresses);
      break;
    case SanKind::Uri:
      add_names(asked, "URI", request.uris);
      break;
    case SanKind::Email:
      add_names(asked, "email address", request.email_addresses);
      break;
    case SanKind::OtherName:
      for (const OtherNameValues& group : request.other_names) add_names(asked, "otherName", group.values);
      break;
  }
  return asked;
}

constexpr std::string_view word_of(SanKind kind) {
  switch (kind) {
    case SanKind::Ip:
      return "ip";
    case SanKind::Uri:
      return "uri";
    case SanKind::Email:
      return "email";
    case SanKind::OtherName:
      return "otherName";
  }
  return {};
}
constexpr SanKind kKinds[] = {SanKind::Ip, SanKind::Uri, SanKind::Email, SanKind::OtherName};

// One request against one guard.
class Check {
 public:
  Check(const GuardSettings& guard, const RequestView& request, const kube::Map* labels)
      : guard_(guard), request_(request), labels_(labels) {}

  std::vector<Failure> run() {
    for (const kube::FieldError& problem : guard_.problems) check_problem(problem);
    if (guard_.namespaces) check_namespace();
    if (guard_.selector) check_labels();
    if (guard_.dns) check_dns_names();
    if (guard_.dns || guard_.kinds) check_kinds();
    if (guard_.dns) check_common_names();
    if (guard_.max_sans) check_count();
    return std::move(failures_);
  }

 private:
  void fail(std::string_view key, std::string shown, std::string detail, std::string hint) {
    failures_.push_back({.field = path(key),
                         .shown = std::move(shown),
                         .detail = std::move(detail),
                         .hint = std::move(hint)});
  }

  void check_problem(const kube::FieldError& problem) {
    failures_.push_back({.field = problem.field,
                         .shown = problem.bad_value,
                         .detail = "cannot be read, so nobody may use the issuer: " + problem.detail,
                         .hint = "correct the annotation of the issuer"});
  }

  void check_namespace() {
    if (guard_.namespaces->value.has(request_.name_space)) return;
    fail(api::kAllowedNamespacesAnnotation, kube::quoted(request_.name_space),
         "namespace " + request_.name_space + " may not use the issuer, which is for " +
             kube::quoted(guard_.namespaces->text),
         "use an issuer that is open to the namespace, or have the namespace added to the annotation");
  }

  void check_labels() {
    if (labels_ == nullptr) {
      fail(api::kAllowedNamespaceSelectorAnnotation, kube::quoted(request_.name_space),
           "there is no namespace " + request_.name_space, "create the namespace");
      return;
    }
    if (guard_.selector->value.matches(*labels_)) return;
    fail(api::kAllowedNamespaceSelectorAnnotation, kube::quoted(request_.name_space),
         "labels of namespace " + request_.name_space +
             " are not those that the issuer is for: " + kube::quoted(guard_.selector->text),
         "use an issuer that is open to the namespace, or have the namespace labelled");
  }

  bool allows_dns(const std::string& name) const {
    return std::any_of(guard_.dns->value.begin(), guard_.dns->value.end(),
                       [&](const DnsPattern& pattern) { return pattern.matches(name, request_.name_space); });
  }

  void refuse_name(std::string_view what, const std::string& name) {
    fail(api::kAllowedDnsAnnotation, kube::quoted(name),
         std::string(what) + " is not among those that the issuer gives to namespace " + request_.name_space +
             ": " + kube::quoted(guard_.dns->text),
         "ask only for names that match, or have the annotation of the issuer changed");
  }

  void check_dns_names() {
    for (const std::string& name : request_.dns_names) {
      if (!allows_dns(name)) refuse_name("DNS name", name);
    }
  }

  bool is_open(SanKind kind) const {
    return guard_.kinds && std::find(guard_.kinds->value.begin(), guard_.kinds->value.end(), kind) !=
                               guard_.kinds->value.end();
  }

  void check_kinds() {
    for (const SanKind kind : kKinds) {
      if (is_open(kind)) continue;
      for (const AskedName& name : names_of(kind, request_)) {
        fail(
            api::kAllowedSanKindsAnnotation, kube::quoted(*name.text),
            std::string(name.field) + ": the issuer gives no names of this kind",
            "leave it out, or have " + std::string(word_of(kind)) + " added to the annotation of the issuer");
      }
    }
    for (const Unnameable& name : request_.unnameable) {
      fail(api::kAllowedSanKindsAnnotation, "", name.detail,
           "leave it out: no issuer with a guard gives such names");
    }
  }

  // Clients that know no subject alternative names take the common name for a host's. So it may only repeat
  // an address, or what cannot be a host: a URI or email address without ':', '/' or '@' could.
  bool repeats_name(const std::string& text) const {
    const auto has = [&](const std::vector<std::string>& names) {
      return std::find(names.begin(), names.end(), text) != names.end();
    };
    const bool may_be_host = text.find_first_of(":/@") == std::string::npos;
    return has(request_.ip_addresses) ||
           (!may_be_host && (has(request_.uris) || has(request_.email_addresses)));
  }

  void check_common_names() {
    for (const SubjectValue& value : request_.subject) {
      if (value.oid != pki::kCommonNameOid) continue;
      if (value.text && (value.text->empty() || allows_dns(*value.text) || repeats_name(*value.text)))
        continue;
      refuse_name("common name", value.shown);
    }
  }

  void check_count() {
    std::size_t count = request_.dns_names.size() + request_.unnameable.size();
    for (const SanKind kind : kKinds) count += names_of(kind, request_).size();
    const bool countable = std::none_of(request_.unnameable.begin(), request_.unnameable.end(),
                                        [](const Unnameable& name) { return name.field.empty(); });
    if (countable && count <= *guard_.max_sans) return;
    const std::string limit = std::to_string(*guard_.max_sans);
    fail(api::kMaxSansAnnotation, countable ? std::to_string(count) : "",
         countable ? "more subject alternative names than the issuer gives: at most " + limit
                   : "subject alternative names that cannot be counted",
         "ask for at most " + limit + " names in one certificate");
  }

  const GuardSettings& guard_;
  const RequestView& request_;
  const kube::Map* labels_;
  std::vector<Failure> failures_;
};

bool is_known(std::string_view key) {
  return key == api::kAllowedNamespacesAnnotation || key == api::kAllowedNamespaceSelectorAnnotation ||
         key == api::kAllowedDnsAnnotation || key == api::kAllowedSanKindsAnnotation;
}

}  // namespace

// A typing error in a key would leave the issuer open, so keys that look like ours are refused too.
kube::FieldErrors validate_guard(const kube::Map& annotations) {
  kube::FieldErrors errors = read_guard(annotations).problems;
  for (const auto& [key, value] : annotations) {
    if (!key.starts_with(kAllowedPrefix) || is_known(key)) continue;
    errors.push_back(
        kube::invalid(annotation_path(key), kube::quoted(value),
                      "there is no such annotation: allowed-namespaces, allowed-namespace-selector, "
                      "allowed-dns and allowed-san-kinds are known"));
    errors.back().rule = "guard.unknown-annotation";
  }
  return errors;
}

std::optional<Guard> Guard::of(const kube::Map& annotations) {
  GuardSettings settings = read_guard(annotations);
  if (settings.empty()) return std::nullopt;
  return Guard(std::make_shared<const Impl>(Impl{std::move(settings)}));
}

bool Guard::needs_labels() const { return impl_->settings.selector.has_value(); }

std::vector<Failure> Guard::check(const RequestView& request, const kube::Map* labels) const {
  return Check(impl_->settings, request, labels).run();
}

}  // namespace cw::policy
