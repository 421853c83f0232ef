#include "cli/check/judge.h"

#include <algorithm>
#include <utility>

#include "apiserver/metadata_rules.h"
#include "apiserver/resource_table.h"
#include "cli/check/limits.h"
#include "lib/kube/admission_review.h"
#include "schemas/outcome.h"

namespace cw::cli::check {
namespace {

using kube::Json;

constexpr std::string_view kReviewUid = "check";
constexpr std::string_view kUndecodable = "review.object.type";
constexpr std::string_view kGenerated = "x2345";  // in place of what the API server appends to generateName
constexpr const char* kIdentity[] = {"username", "uid", "groups", "extra"};

const Json* member(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found != object.end() ? &*found : nullptr;
}

kube::List<std::string> texts_of(const Json* values) {
  kube::List<std::string> texts;
  if (values == nullptr || !values->is_array()) return texts;
  for (const Json& value : *values) texts.push_back(value.is_string() ? value.get<std::string>() : "");
  return texts;
}

kube::MapOf<kube::List<std::string>> extra_of(const Json* extra) {
  std::vector<std::pair<std::string, kube::List<std::string>>> entries;
  if (extra == nullptr || !extra->is_object()) return {};
  for (const auto& [key, values] : extra->items()) entries.emplace_back(key, texts_of(&values));
  return kube::MapOf<kube::List<std::string>>(std::move(entries));
}

// The one who creates an exported CertificateRequest is the one it names: what the mutating webhook would
// write there is what is there already.
kube::UserInfo requester_of(const Json& object) {
  kube::UserInfo user;
  const Json* spec = text_member(object, "kind") == "CertificateRequest" ? member(object, "spec") : nullptr;
  if (spec == nullptr) return user;
  user.username = text_member(*spec, "username");
  user.uid = text_member(*spec, "uid");
  user.groups = texts_of(member(*spec, "groups"));
  user.extra = extra_of(member(*spec, "extra"));
  return user;
}

// What an update keeps though a manifest does not say it: the status and who once asked.
Json carried_over(Json object, const Json& old) {
  if (!object.is_object()) return object;
  if (const Json* status = member(old, "status")) object["status"] = *status;
  const Json* before = member(old, "spec");
  const auto spec = object.find("spec");
  if (before == nullptr || spec == object.end() || !spec->is_object()) return object;
  for (const char* name : kIdentity) {
    const Json* value = member(*before, name);
    if (value != nullptr && !spec->contains(name)) (*spec)[name] = *value;
  }
  return object;
}

// With what the API server fills in before it looks: a generated name, the namespace of the request.
void complete_metadata(Json& object, const schemas::KindSchema& kind, const std::string& name_space) {
  Json& metadata = object["metadata"];
  if (!metadata.is_object()) metadata = Json::object();
  const std::string prefix = metadata_text(object, "generateName");
  if (metadata_text(object, "name").empty() && !prefix.empty()) {
    metadata["name"] = prefix + std::string(kGenerated);
  }
  if (kind.resource.namespaced && metadata_text(object, "namespace").empty())
    metadata["namespace"] = name_space;
}

// Decoding words the place into its message: "metadata.name: must be a string, but is a number".
Finding decoding_failure(std::string text, Level level) {
  const std::size_t colon = text.find(": ");
  const bool placed = text.starts_with("metadata") && text.find_first_of(" \"") > colon;
  if (!placed) return {level, std::string(schemas::rule_id::kMalformed), {}, std::move(text)};
  return {level, std::string(schemas::rule_id::kMalformed), text.substr(0, colon), text.substr(colon + 2)};
}

Finding finding_of(const kube::FieldError& error, std::string_view rule, Level level) {
  std::string text = kube::message(error);
  if (error.field.empty() && rule == schemas::rule_id::kMalformed)
    return decoding_failure(std::move(text), level);
  if (!error.field.empty()) text.erase(0, std::min(text.size(), error.field.size() + 2));
  return {level, std::string(rule), error.field == schemas::kNoField ? std::string() : error.field,
          std::move(text)};
}

// "spec.dnsNames[0]: …: … (advice.x)" taken apart; a warning of another form is one about the whole object.
Finding warning_of(std::string_view text) {
  const std::size_t open = text.rfind(" (");
  const std::size_t colon = text.find(": ");
  if (open == std::string_view::npos || !text.ends_with(')') || colon > open) {
    return {Level::Warning, std::string(rule_id::kWarning), {}, std::string(text)};
  }
  const std::string_view rule = text.substr(open + 2, text.size() - open - 3);
  return {Level::Warning, std::string(rule), std::string(text.substr(0, colon)),
          std::string(text.substr(colon + 2, open - colon - 2))};
}

// Whether the one place lies in the other, or is it.
bool meets(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  return b.starts_with(a) && (a.size() == b.size() || a.empty() || b[a.size()] == '.' || b[a.size()] == '[');
}

class Findings {
 public:
  void add(const kube::FieldErrors& errors, std::string_view default_rule) {
    for (const kube::FieldError& error : errors) {
      if (full_) return;
      push(finding_of(error, error.rule.empty() ? default_rule : error.rule, Level::Error));
    }
  }
  // What the schema has said of a field need not be said again; what cannot be decoded is what it has
  // refused.
  void add(const webhook::Verdict& verdict) {
    const std::size_t known = all_.size();
    for (const kube::FieldError& error : verdict.errors) {
      if (full_) return;
      const auto first = all_.begin();
      const bool said = std::any_of(
          first, first + static_cast<std::ptrdiff_t>(known),
          [&](const Finding& one) { return !error.field.empty() && meets(one.field, error.field); });
      if (said || (known > 0 && error.rule == kUndecodable)) continue;
      push(finding_of(error, error.rule, Level::Error));
    }
    for (const std::string& warning : verdict.warnings) push(warning_of(warning));
  }
  bool empty() const { return all_.empty(); }
  std::vector<Finding> take() { return std::move(all_); }

 private:
  void push(Finding one) {
    if (all_.size() < kMaxFindingsOfObject) return all_.push_back(std::move(one));
    if (full_) return;
    full_ = true;
    all_.push_back({Level::Error, std::string(rule_id::kTooMany), {}, "more is wrong than is shown"});
  }

  std::vector<Finding> all_;
  bool full_ = false;
};

}  // namespace

std::string text_member(const Json& object, const char* name) {
  const Json* found = member(object, name);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

std::string metadata_text(const Json& object, const char* name) {
  const Json* metadata = member(object, "metadata");
  return metadata != nullptr ? text_member(*metadata, name) : std::string();
}

std::vector<Finding> Judge::judge(const Json& object, const schemas::KindSchema& kind, const Json* old) {
  Findings findings;
  const Json wanted = old != nullptr ? carried_over(object, *old) : object;
  schemas::CheckedObject checked = checker_.check(wanted, kind, old);
  findings.add(checked.failures, schemas::rule_id::kMalformed);
  if (!checked.object.is_object()) return findings.take();
  complete_metadata(checked.object, kind, name_space_);
  const apiserver::ResourceRow row = apiserver::custom_row(kind);
  findings.add(apiserver::check_metadata(checked.object, row), rule_id::kMetadata);
  findings.add(ask_webhook(checked.object, kind, old));
  return findings.take();
}

webhook::Verdict Judge::ask_webhook(const Json& object, const schemas::KindSchema& kind, const Json* old) {
  const kube::UserInfo user = requester_of(object);
  const kube::AdmissionQuestion question{
      .uid = kReviewUid,
      .resource = kind.resource,
      .sub_resource = {},
      .key = {metadata_text(object, "namespace"), metadata_text(object, "name")},
      .operation = old != nullptr ? "UPDATE" : "CREATE",
      .user = &user,
      .object = &object,
      .old_object = old};
  const std::string review = kube::encode_review(question);
  const auto request = parser_.decode(review);
  if (!request) return webhook::Refusal{webhook::kBadRequest, kUndecodable, request.error().message};
  return reviews_.judge(kube::AdmissionStep::Validate, *request);
}

}  // namespace cw::cli::check
