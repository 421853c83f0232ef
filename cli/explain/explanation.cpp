#include "cli/explain/explanation.h"

#include <array>
#include <optional>
#include <utility>

#include "cli/manifest/printable.h"
#include "lib/api/certificate.h"
#include "lib/api/certificate_request.h"
#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/kube/json_access.h"
#include "lib/kube/service_account.h"
#include "lib/policy/explain.h"
#include "lib/policy/request_view.h"

namespace cw::cli::explain {
namespace {

using kube::Json;
using policy::Answer;

constexpr std::string_view kJson = "json";
constexpr std::string_view kServerSays = "denied the request: ";
constexpr std::string_view kNoGate =
    "the server let the request pass without an explanation: policy is off there, or its webhook is not "
    "Certwright's";

// Of the overloads those for trees.
constexpr Result<api::Certificate> (*kDecodeCertificate)(const Json&) = api::decode_certificate;
constexpr Result<api::CertificateRequest> (*kDecodeRequest)(const Json&) = api::decode_certificate_request;

struct Asked {
  policy::RequestView view;
  std::optional<kube::Condition> decided = {};  // Approved or Denied already
};

std::optional<kube::Condition> decision_of(const api::CertificateRequest& request) {
  for (const std::string_view type : {api::kDenied, api::kApproved}) {
    const auto* condition = kube::find_condition(request.status.conditions, type);
    if (condition != nullptr && condition->status == kube::kConditionTrue) return *condition;
  }
  return std::nullopt;
}

Result<Asked> asked(const Json& object, const policy::Options& options) {
  if (is_a(object, api::kCertificateRequests)) {
    const api::CertificateRequest request = TRY(kDecodeRequest(object));
    return Asked{TRY(policy::view_of(request)), decision_of(request)};
  }
  const api::Certificate certificate = TRY(kDecodeCertificate(object));
  return Asked{TRY(policy::view_of(certificate, {.controller_user = options.controller_user}))};
}

// Of a request that cannot be read what is known of it all the same.
policy::RequestView outline_of(const Json& object, const policy::Options& options) {
  policy::RequestView view;
  view.name = kube::metadata_text(object, "name");
  view.name_space = kube::metadata_text(object, "namespace");
  view.requester.username = is_a(object, api::kCertificates) ? options.controller_user
                                                             : kube::text_at(object, {"spec", "username"});
  const Json& spec = kube::object_member(object, "spec");
  const Json& stated = kube::object_member(spec, "issuerRef");
  const api::IssuerReference issuer{kube::text_member(stated, "name"), kube::text_member(stated, "kind"),
                                    kube::text_member(stated, "group")};
  view.issuer = {issuer.name, std::string(api::issuer_kind(issuer)), std::string(api::issuer_group(issuer))};
  return view;
}

void set_asker(policy::RequestView& view, const Asker& asker) {
  if (asker.user.empty()) return;
  view.requester = kube::user_named(asker.user);
  std::vector<std::string> groups = view.requester.groups.items();
  groups.insert(groups.end(), asker.groups.begin(), asker.groups.end());
  view.requester.groups = kube::List<std::string>(std::move(groups));
}

// What has been decided stays so, whatever the policies say now.
void take_decision(policy::Verdict& verdict, const kube::Condition& decided) {
  verdict.answer = decided.type == api::kDenied ? Answer::Denied : Answer::Approved;
  verdict.policy.clear();
  verdict.deferred = false;
  verdict.message = "the request is " + decided.type + " already, for good: " + decided.message;
}

std::optional<Answer> answer_of(const Json& record) {
  const std::string word = kube::text_member(record, "verdict");
  for (const Answer answer : {Answer::Approved, Answer::Denied, Answer::Pending, Answer::Error}) {
    if (policy::word_of(answer) == word) return answer;
  }
  return std::nullopt;
}

// The record at the end of a refusal; nullopt: another rule refused.
std::optional<Explanation> record_in(const std::string& message) {
  const std::size_t said = message.find(kServerSays);
  const std::size_t start = said == std::string::npos ? said : message.find('{', said);
  const std::size_t end = message.rfind('}');
  if (start == std::string::npos || end == std::string::npos || end < start) return std::nullopt;
  Result<Json> record = kube::parse_json(std::string_view(message).substr(start, end + 1 - start));
  if (!record || !record->is_object()) return std::nullopt;
  const std::optional<Answer> answer = answer_of(*record);
  if (!answer) return std::nullopt;
  return Explanation{*answer, *std::move(record)};
}

std::string reason_in_failure(const Json& failure) {
  const std::string field = kube::text_member(failure, "field");
  const std::string detail = kube::text_member(failure, "detail");
  return detail.empty() ? field : field + ": " + detail;
}

// Of the first policy that was looked at to its end; else the message.
std::string reason_in(const Json& record) {
  const Json& guard = kube::array_member(record, "guard");
  if (!guard.empty()) return reason_in_failure(guard.front());
  for (const Json& policy : kube::array_member(record, "policies")) {
    if (kube::text_member(policy, "stage") != policy::word_of(policy::Stage::Fails)) continue;
    const Json& failures = kube::array_member(policy, "failures");
    if (!failures.empty()) {
      return "policy " + kube::text_member(policy, "name") + ": " + reason_in_failure(failures.front());
    }
  }
  return kube::text_member(record, "message");
}

std::string first_line(const std::string& text) {
  return manifest::printable(text.substr(0, text.find('\n')));
}

}  // namespace

std::string text_of(const Explanation& explanation) {
  const bool judged = explanation.record.contains("policies");
  std::string text = judged ? policy::report(explanation.record)
                            : "no verdict: " + kube::text_member(explanation.record, "message");
  if (!text.ends_with('\n')) text += '\n';
  return manifest::printable_lines(text);
}

int exit_code(Answer answer) {
  constexpr std::array<std::pair<Answer, int>, 3> kCodes = {
      {{Answer::Approved, 0}, {Answer::Denied, 1}, {Answer::Pending, 2}}};
  for (const auto& [one, code] : kCodes) {
    if (one == answer) return code;
  }
  return 3;
}

Explanation failed_explanation(std::string message) {
  return {Answer::Error, Json{{"verdict", policy::word_of(Answer::Error)}, {"message", std::move(message)}}};
}

Explanation explain_offline(const Json& request, const OfflineWorld& world, const policy::Options& options,
                            const Asker& asker) {
  Result<Asked> question = asked(request, options);
  if (!question) {
    const policy::Verdict verdict = policy::unreadable(question.error());
    return {verdict.answer, policy::to_json(verdict, outline_of(request, options))};
  }
  policy::RequestView& view = question->view;
  set_asker(view, asker);
  policy::Verdict verdict = policy::decide(view, world, options, policy::Depth::Everything);
  if (question->decided) take_decision(verdict, *question->decided);
  std::vector<std::string> notes = world.gaps(view.issuer, view.name_space);
  if (question->decided) notes.push_back(verdict.message);
  if (view.requester.username.empty()) {
    notes.emplace_back("spec.username is empty, so the request has no rights; --as says who asks");
  }
  return {verdict.answer, policy::to_json(verdict, view), std::move(notes)};
}

Json question_of(const Json& request) {
  Json question = {{"apiVersion", kube::text_member(request, "apiVersion")},
                   {"kind", kube::text_member(request, "kind")},
                   {"metadata", Json::object()},
                   {"spec", kube::object_member(request, "spec")}};
  Json& metadata = question["metadata"];
  for (const char* member : {"name", "generateName", "namespace", "labels", "annotations"}) {
    kube::copy_member(metadata, kube::object_member(request, "metadata"), member);
  }
  kube::make_object(metadata, "annotations")[std::string(api::kExplainAnnotation)] = kJson;
  // The server says who asks.
  for (const char* member : {"username", "uid", "groups", "extra"}) question["spec"].erase(member);
  return question;
}

Explanation read_answer(const Result<Json>& answer) {
  if (answer) return failed_explanation(std::string(kNoGate));
  std::optional<Explanation> explained = record_in(answer.error().message);
  return explained ? *std::move(explained) : failed_explanation(answer.error().message);
}

Explanation explain_online(const Json& request, kube::KubeWriter& server) {
  const kube::Resource& resource =
      is_a(request, api::kCertificateRequests) ? api::kCertificateRequests : api::kCertificates;
  return read_answer(server.create(resource, question_of(request), {.field_manager = {}, .dry_run = true}));
}

std::string first_reason(const Explanation& explanation) {
  if (explanation.answer == Answer::Approved) {
    const std::string policy = kube::text_member(explanation.record, "policy");
    if (!policy.empty()) return policy;
  }
  return first_line(reason_in(explanation.record));
}

}  // namespace cw::cli::explain
