#include "apiserver/admission.h"

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/object_decode.h"
#include "apiserver/webhooks/patched_object.h"
#include "apiserver/webhooks/webhook_admission.h"
#include "lib/base/random.h"
#include "lib/kube/json.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

constexpr std::string_view kWebhook = "webhook.cert-manager.io";

// As manifests/install/40-admission.yaml has it: no rule looks at the statuses of Certificates and issuers.
bool is_judged(const AdmissionAsked& asked) {
  if (!asked.row.admitted || asked.operation == AdmissionOperation::Delete) return false;
  const auto plural = asked.row.resource.plural;
  return asked.sub_resource != "status" || plural == "certificaterequests" || plural == "orders" ||
         plural == "challenges";
}

bool is_mutated(const AdmissionAsked& asked) {
  return asked.row.admitted && asked.operation == AdmissionOperation::Create &&
         asked.row.resource.group == "cert-manager.io" && asked.row.resource.plural == "certificaterequests";
}

// As kube-apiserver passes a webhook's refusal on.
StatusError denied(const kube::AdmissionAnswer& answer) {
  return webhooks::refusal(kWebhook,
                           {{"code", answer.code}, {"reason", answer.reason}, {"message", answer.message}});
}

void note(std::vector<std::string> warnings, AdmissionNotes& notes) {
  notes.add({.warnings = std::move(warnings)});
}

}  // namespace

bool Admission::watches_deletions() const { return webhooks_ != nullptr && webhooks_->has_any(); }

// As kube-apiserver: each once; then those that want to, if the object is no longer what they have seen.
Outcome<Done> Admission::mutate(const AdmissionAsked& asked, Json* object, AdmissionNotes& notes) const {
  if (webhooks_ == nullptr || !webhooks_->has_any()) {
    TRY(change_by_own(asked, object, notes));
    return Done{};
  }
  webhooks::MutatingRounds rounds(*webhooks_, asked, object);
  TRY(rounds.first(notes));
  const bool changed = TRY(change_by_own(asked, object, notes));
  if (TRY(rounds.second(changed, notes))) TRY(change_by_own(asked, object, notes));
  return Done{};
}

Outcome<Done> Admission::validate(const AdmissionAsked& asked, AdmissionNotes& notes) const {
  if (admitter_ != nullptr && is_judged(asked)) {
    kube::AdmissionAnswer answer = TRY(ask(kube::AdmissionStep::Validate, asked));
    note(std::move(answer.warnings), notes);
    if (!answer.allowed) return denied(answer);
  }
  if (webhooks_ == nullptr || !webhooks_->has_any()) return Done{};
  return webhooks_->validate(asked, notes);
}

// Whether it has changed.
Outcome<bool> Admission::change_by_own(const AdmissionAsked& asked, Json* object,
                                       AdmissionNotes& notes) const {
  if (admitter_ == nullptr || object == nullptr || !is_mutated(asked)) return false;
  kube::AdmissionAnswer answer = TRY(ask(kube::AdmissionStep::Mutate, asked));
  note(std::move(answer.warnings), notes);
  if (!answer.allowed) return denied(answer);
  if (answer.patch.empty()) return false;
  const Result<Json> operations = kube::parse_json(answer.patch);
  if (!operations) return StatusError(operations.error());
  Result<Json> patched = webhooks::patched_object(asked.row, types_, *object, *operations);
  if (!patched) {
    return kube::internal_error("the webhook's patch cannot be applied: " + patched.error().message);
  }
  const bool changed = *patched != *object;
  *object = std::move(patched).value();
  return changed;
}

Outcome<kube::AdmissionAnswer> Admission::ask(kube::AdmissionStep step, const AdmissionAsked& asked) const {
  const std::string uid = random_uuid();
  const std::string review = kube::encode_review({
      .uid = uid,
      .resource = asked.row.resource,
      .sub_resource = asked.sub_resource,
      .key = {asked.key.name_space, asked.name()},
      .operation = word_of(asked.operation),
      .user = &asked.user,
      .object = asked.object,
      .old_object = asked.old,
      .dry_run = asked.is_dry_run(),
  });
  Result<kube::AdmissionAnswer> answer = kube::decode_answer(admitter_->review(step, review), uid);
  if (answer) return std::move(answer).value();
  return kube::internal_error("failed calling webhook " + kube::quoted(kWebhook) + ": " +
                              answer.error().message);
}

}  // namespace cw::apiserver
