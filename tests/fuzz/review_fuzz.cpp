// AdmissionReview bytes through both steps of the webhook: there always is an answer that an API server
// understands; what may be created may be written again unchanged; stamping an identity twice is stamping it
// once.
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "lib/base/encoding.h"
#include "lib/kube/admission_review.h"
#include "lib/kube/json.h"
#include "lib/kube/json_patch.h"
#include "tests/fuzz/facts.h"
#include "tests/fuzz/targets.h"
#include "webhook/review.h"

namespace cw::fuzz {
namespace {

using kube::AdmissionAnswer;
using kube::AdmissionStep;
using kube::Json;

// As in the unit tests: "jane" may approve, "failing" cannot be asked about.
class Signers final : public webhook::SignerResources {
  Result<std::optional<webhook::SignerResource>> find(std::string_view group,
                                                      std::string_view kind) override {
    using Found = std::optional<webhook::SignerResource>;
    if (group == "broken.com") return Error{Code::Unavailable, "discovery failed"};
    if (group == "cert-manager.io" && kind == "Issuer") return Found({"issuers", true});
    return group == "example.com" ? Found({"signers", false}) : Found();
  }
};

class Access final : public webhook::SignerAccess {
  Result<bool> may_approve(const kube::UserInfo& user, std::string_view) override {
    if (user.username == "failing") return Error{Code::Unavailable, "no answer"};
    return user.username == "jane";
  }
};

struct Answered {
  bool understood = false;  // the body was a review
  AdmissionAnswer answer;
};

// As a Warning header carries it.
bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (c < ' ' || c > '~') return false;
  }
  return !text.empty();
}

// What every answer has, whatever was asked.
AdmissionAnswer answer_in(const std::string& body) {
  CW_ASSERT(is_valid_utf8(body));
  const auto parsed = kube::parse_json(body);
  CW_ASSERT(parsed.has_value() && parsed->at("kind") == "AdmissionReview");
  const Json& response = parsed->at("response");
  CW_ASSERT(response.at("allowed").is_boolean());
  auto answer = kube::decode_answer(body, response.at("uid").get_ref<const std::string&>());
  CW_ASSERT(answer.has_value());
  CW_ASSERT(answer->warnings.size() <= webhook::kMaxWarnings + 1);
  for (const std::string& warning : answer->warnings) CW_ASSERT(is_plain(warning));
  return *std::move(answer);
}

Answered ask(AdmissionStep step, std::string_view body) {
  static Signers signers;
  static Access access;
  static const SomeFacts facts;
  static webhook::ReviewAnswer reviews({}, {signers, access}, {.facts = &facts});
  const webhook::ReviewReply reply = reviews.answer(step, body);
  CW_ASSERT(reply.http_status == 200 || reply.http_status == 400);
  AdmissionAnswer answer = answer_in(reply.body);
  CW_ASSERT(!reply.broke && answer.code != 500);  // something threw
  CW_ASSERT(reply.http_status == 200 || !answer.allowed);
  if (!answer.allowed) CW_ASSERT(!answer.message.empty() && answer.code >= 400 && answer.patch.empty());
  return {reply.http_status == 200, std::move(answer)};
}

std::string with(const Json& review, const Json& request) {
  Json changed = review;
  changed["request"] = request;
  return changed.dump();
}

// The object as it is stored after the mutating step.
Json patched(const Json& request, const AdmissionAnswer& answer) {
  if (answer.patch.empty()) return request["object"];
  const auto patch = kube::parse_json(answer.patch);
  CW_ASSERT(patch.has_value() && patch->is_array() && !patch->empty());
  auto result = kube::apply_json_patch(request["object"], *patch);
  CW_ASSERT(result.has_value());
  return *std::move(result);
}

void check_mutation(const Json& review, const AdmissionAnswer& answer) {
  if (!answer.allowed) return;
  Json request = review["request"];
  request["object"] = patched(request, answer);
  const Answered again = ask(AdmissionStep::Mutate, with(review, request));
  CW_ASSERT(again.understood && again.answer.allowed);
  CW_ASSERT(patched(request, again.answer) == request["object"]);
}

void check_rewriting(const Json& review) {
  Json request = review["request"];
  request["operation"] = "UPDATE";
  request["oldObject"] = request["object"];
  const Answered again = ask(AdmissionStep::Validate, with(review, request));
  CW_ASSERT(again.understood && again.answer.allowed);
}

}  // namespace

void review(std::string_view input) {
  const Answered mutated = ask(AdmissionStep::Mutate, input);
  const Answered validated = ask(AdmissionStep::Validate, input);
  CW_ASSERT(mutated.understood == validated.understood);
  const Answered again = ask(AdmissionStep::Validate, input);
  CW_ASSERT(again.answer == validated.answer);
  if (!mutated.understood) return;

  const auto parsed = kube::parse_json(input);
  if (!parsed) return;  // deeper than a tree may be
  const Json& request = parsed->at("request");
  if (!request.contains("object") || !request["object"].is_object()) return;
  check_mutation(*parsed, mutated.answer);
  if (validated.answer.allowed && request.value("operation", Json()) == "CREATE") check_rewriting(*parsed);
}

}  // namespace cw::fuzz
