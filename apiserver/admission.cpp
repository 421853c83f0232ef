#include "apiserver/admission.h"

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/base/random.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

constexpr std::string_view kWebhook = "webhook.cert-manager.io";

// As kube-apiserver passes a webhook's refusal on.
StatusError denied(const kube::AdmissionAnswer& answer) {
  StatusError error(kube::Reason::BadRequest,
                    "admission webhook " + kube::quoted(kWebhook) + " denied the request");
  error.http = answer.code >= 400 ? answer.code : 400;
  error.reason = answer.reason;
  if (!answer.message.empty()) {
    error.message += ": " + answer.message;
  } else if (!answer.reason.empty()) {
    error.message += ": " + answer.reason;
  } else {
    error.message += " without explanation";
  }
  return error;
}

// As manifests/install/40-admission.yaml has it: no rule looks at the statuses of Certificates and issuers.
bool is_judged(const AdmissionAsked& asked) {
  const auto plural = asked.row.resource.plural;
  return asked.part != ObjectPart::Status || plural == "certificaterequests" || plural == "orders" ||
         plural == "challenges";
}

}  // namespace

Outcome<AdmissionResult> Admission::mutate(const AdmissionAsked& asked) const {
  const bool matches = asked.row.admitted && asked.old == nullptr &&
                       asked.row.resource.group == "cert-manager.io" &&
                       asked.row.resource.plural == "certificaterequests";
  if (!matches) return AdmissionResult{};
  return ask(kube::AdmissionStep::Mutate, asked);
}

Outcome<AdmissionResult> Admission::validate(const AdmissionAsked& asked) const {
  if (!asked.row.admitted || !is_judged(asked)) return AdmissionResult{};
  return ask(kube::AdmissionStep::Validate, asked);
}

Outcome<AdmissionResult> Admission::ask(kube::AdmissionStep step, const AdmissionAsked& asked) const {
  if (admitter_ == nullptr) return AdmissionResult{};
  const std::string uid = random_uuid();
  const std::string review = kube::encode_review({
      .uid = uid,
      .resource = asked.row.resource,
      .sub_resource = asked.part == ObjectPart::Status ? "status" : "",
      .key = {metadata_text(asked.object, "namespace"), metadata_text(asked.object, "name")},
      .operation = asked.old == nullptr ? "CREATE" : "UPDATE",
      .user = &asked.user,
      .object = &asked.object,
      .old_object = asked.old,
      .dry_run = asked.dry_run,
  });
  Result<kube::AdmissionAnswer> answer = kube::decode_answer(admitter_->review(step, review), uid);
  if (!answer) {
    return kube::internal_error("failed calling webhook " + kube::quoted(kWebhook) + ": " +
                                answer.error().message);
  }
  if (!answer->allowed) return denied(*answer);
  return AdmissionResult{std::move(answer->patch), std::move(answer->warnings)};
}

}  // namespace cw::apiserver
