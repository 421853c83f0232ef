#include "cli/check.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "cli/finding_text.h"
#include "cli/manifest.h"
#include "lib/kube/admission_review.h"
#include "schemas/check.h"
#include "schemas/outcome.h"

namespace cw::cli {
namespace {

using kube::Json;

constexpr std::string_view kOurGroups = "cert-manager.io";
constexpr std::string_view kWebhookRule = "webhook";
constexpr std::string_view kReviewUid = "check";

std::string text_of(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string text_of_metadata(const Json& object, const char* name) {
  const auto metadata = object.is_object() ? object.find("metadata") : object.end();
  return metadata != object.end() ? text_of(*metadata, name) : std::string();
}

// cert-manager.io and the groups below it.
bool is_our_group(std::string_view api_version) {
  const std::string_view group = api_version.substr(0, api_version.find('/'));
  return group == kOurGroups || group.ends_with(std::string(".").append(kOurGroups));
}

// The requester that an exported CertificateRequest names: the webhook wants the two to agree.
kube::UserInfo requester_of(const Json& object) {
  kube::UserInfo user;
  const auto spec = object.find("spec");
  if (spec == object.end() || object.value("kind", "") != "CertificateRequest") return user;
  user.username = text_of(*spec, "username");
  user.uid = text_of(*spec, "uid");
  if (const auto groups = spec->find("groups"); groups != spec->end() && groups->is_array()) {
    for (const Json& group : *groups)
      user.groups.push_back(group.is_string() ? group.get<std::string>() : "");
  }
  return user;
}

class Check {
 public:
  Check(kube::Admitter& webhook, std::ostream& out) : webhook_(webhook), out_(out) {}

  void file(const std::string& name, std::string_view text) {
    file_ = name == "-" ? "<stdin>" : name;
    const Manifest manifest = read_manifest(text);
    for (const ManifestProblem& problem : manifest.problems) {
      print(problem.at, problem.at.column, {},
            {problem.field, problem.message, schemas::rule_id::kMalformed});
    }
    malformed_ |= !manifest.problems.empty();
    for (const ManifestObject& object : manifest.objects) judge(object);
  }

  int finish() {
    out_ << checked_ << " checked, " << refused_ << " refused, " << passed_over_ << " of other kinds\n";
    return refused_ > 0 || malformed_ ? 1 : 0;
  }

 private:
  void judge(const ManifestObject& object) {
    const std::string api_version = text_of(object.object, "apiVersion");
    const std::string kind = text_of(object.object, "kind");
    const schemas::KindSchema* known = schemas::find_kind(api_version, kind);
    if (known == nullptr && !api_version.empty() && !kind.empty() && !is_our_group(api_version)) {
      ++passed_over_;
      return;
    }
    ++checked_;
    std::vector<Finding> findings =
        known != nullptr ? find_in(object.object, *known) : std::vector{unknown_kind(api_version, kind)};
    if (!findings.empty()) ++refused_;
    const auto line = [&object](const Finding& finding) { return object.place_of(finding.field).line; };
    std::stable_sort(findings.begin(), findings.end(),
                     [&line](const Finding& a, const Finding& b) { return line(a) < line(b); });
    const std::string who = kind + " " + text_of_metadata(object.object, "name");
    for (const Finding& finding : findings) print(object.place_of(finding.field), 0, who, finding);
    for (const std::string& warning : std::exchange(warnings_, {})) {
      print(object.place_of(""), 0, who, {{}, "warning: " + warning, kWebhookRule});
    }
  }

  static Finding unknown_kind(const std::string& api_version, const std::string& kind) {
    std::string message = "apiVersion and kind must be set";
    if (!api_version.empty() && !kind.empty()) message = "no kind " + kind + " in " + api_version;
    return {kind.empty() ? "kind" : "apiVersion", std::move(message), schemas::rule_id::kResource};
  }

  std::vector<Finding> find_in(const Json& object, const schemas::KindSchema& kind) {
    schemas::CheckedObject checked = checker_.check(object, kind);
    std::vector<Finding> findings;
    for (const kube::FieldError& failure : checked.failures) findings.push_back(finding_of(failure));
    if (text_of_metadata(object, "name").empty() && text_of_metadata(object, "generateName").empty()) {
      findings.push_back(
          {"metadata.name", "Required value: name or generateName is required", schemas::rule_id::kResource});
    }
    if (findings.empty()) findings = ask_webhook(checked.object, kind);
    return findings;
  }

  std::vector<Finding> ask_webhook(const Json& object, const schemas::KindSchema& kind) {
    const kube::UserInfo user = requester_of(object);
    const kube::AdmissionQuestion question{
        .uid = kReviewUid,
        .resource = kind.resource,
        .sub_resource = {},
        .key = {text_of_metadata(object, "namespace"), text_of_metadata(object, "name")},
        .operation = "CREATE",
        .user = &user,
        .object = &object};
    const std::string answer = webhook_.review(kube::AdmissionStep::Validate, kube::encode_review(question));
    const auto decoded = kube::decode_answer(answer, kReviewUid);
    if (!decoded) return {{{}, decoded.error().message, kWebhookRule}};
    warnings_ = decoded->warnings;
    if (decoded->allowed) return {};
    return split_refusal(decoded->message, kWebhookRule);
  }

  void print(Place at, int column, const std::string& who, const Finding& finding) {
    out_ << file_;
    if (at.line > 0) out_ << ":" << at.line;
    if (column > 0) out_ << ":" << column;
    out_ << ": ";
    if (!who.empty()) out_ << who << ": ";
    if (!finding.field.empty()) out_ << finding.field << ": ";
    out_ << printable(finding.message) << " [" << finding.rule << "]\n";
  }

  kube::Admitter& webhook_;
  std::ostream& out_;
  schemas::Checker checker_;
  std::string file_;
  std::vector<std::string> warnings_;
  int checked_ = 0;
  int refused_ = 0;
  int passed_over_ = 0;
  bool malformed_ = false;
};

// One byte more than is allowed, so that read_manifest sees that it is too long.
std::optional<std::string> read_all(std::istream& from) {
  std::string text(kMaxManifestBytes + 1, '\0');
  from.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (from.bad()) return std::nullopt;
  text.resize(static_cast<std::size_t>(from.gcount()));
  return text;
}

std::optional<std::string> read_file(const std::string& name, std::istream* standard_input) {
  if (name == "-") return standard_input != nullptr ? read_all(*standard_input) : std::nullopt;
  std::ifstream file(name, std::ios::binary);
  if (!file) return std::nullopt;
  return read_all(file);
}

}  // namespace

int run_check(const CheckOptions& options, kube::Admitter& webhook, std::ostream& out, std::ostream& err) {
  Check check(webhook, out);
  bool unreadable = options.files.empty();
  if (unreadable) err << "certwright check: no file named\n";
  for (const std::string& name : options.files) {
    const std::optional<std::string> text = read_file(name, options.standard_input);
    if (text) {
      check.file(name, *text);
    } else {
      err << "certwright check: cannot read " << name << "\n";
      unreadable = true;
    }
  }
  const int code = check.finish();
  return unreadable ? 2 : code;
}

}  // namespace cw::cli
