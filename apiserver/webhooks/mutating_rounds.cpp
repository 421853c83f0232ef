#include "apiserver/object_form.h"
#include "apiserver/webhooks/failures.h"
#include "apiserver/webhooks/patched_object.h"
#include "apiserver/webhooks/webhook_admission.h"

namespace cw::apiserver::webhooks {

using kube::Outcome;

namespace {

// What kube-apiserver gives a whole request; of many that are slow only the first are asked.
constexpr std::chrono::seconds kPatience{34};

kube::StatusError too_late() {
  kube::StatusError error(kube::Reason::Timeout,
                          "Timeout: request did not complete within requested timeout");
  error.details.emplace();
  return error;
}

}  // namespace

Outcome<Done> MutatingRounds::first(AdmissionNotes& notes) {
  snapshot_ = TRY(admission_.snapshot(asked_));
  if (snapshot_ == nullptr) return Done{};
  std::size_t index = 0;
  for (const Webhook& webhook : snapshot_->mutating) TRY(ask(webhook, {0, index++}, notes));
  return Done{};
}

Outcome<bool> MutatingRounds::second(bool changed, AdmissionNotes& notes) {
  if (snapshot_ == nullptr) return false;
  if (changed) ask_again();
  const std::set<std::string> wanted = std::move(again_);
  bool changed_again = false;
  std::size_t index = 0;
  for (const Webhook& webhook : snapshot_->mutating) {
    const Turn turn{1, index++};
    if (wanted.contains(webhook.identity)) changed_again = TRY(ask(webhook, turn, notes)) || changed_again;
  }
  return changed_again;
}

// Those that have seen the object as it no longer is.
void MutatingRounds::ask_again() {
  again_.merge(invoked_);
  invoked_.clear();
}

// Whether the object has changed.
Outcome<bool> MutatingRounds::ask(const Webhook& webhook, Turn turn, AdmissionNotes& notes) {
  const std::optional<Invocation> invocation = TRY(admission_.invocation(webhook, asked_));
  if (!invocation) return false;
  if (std::chrono::steady_clock::now() - begun_ > kPatience) return too_late();
  if (asked_.is_dry_run() && !webhook.is_dry_run_safe) return no_dry_run(webhook);
  const auto objects = TRY(FormedObjects::make(asked_, invocation->equivalent.get()));
  const Result<ReviewAnswer> answer = admission_.call(*invocation, asked_, *objects);
  bool changed = false;
  if (!answer) {
    if (auto refusal = failed(webhook, answer.error(), turn, notes)) {
      return *std::move(refusal);
    }
  } else {
    note_answer(webhook, *answer, notes);
    if (!answer->allowed) return refusal(webhook.name, answer->status);
    changed = TRY(change(*invocation, *answer, *objects));
  }
  const Json note{{"configuration", webhook.configuration}, {"mutated", changed}, {"webhook", webhook.name}};
  notes.audit_annotations["mutation.webhook.admission.k8s.io/" + turn_text(turn)] = note.dump();
  if (changed) ask_again();
  if (webhook.wants_reinvocation) invoked_.insert(webhook.identity);
  return changed;
}

Outcome<bool> MutatingRounds::change(const Invocation& invocation, const ReviewAnswer& answer,
                                     const FormedObjects& objects) {
  if (answer.operations.empty()) return false;
  if (object_ == nullptr) {
    return kube::internal_error("admission webhook " + kube::quoted(invocation.webhook->name) +
                                " attempted to modify the object, which is not supported for this operation");
  }
  const ResourceRow& own = asked_.row;
  const ResourceRow& form = invocation.equivalent != nullptr ? *invocation.equivalent : own;
  const ResourceRow& object_row = asked_.object_row != nullptr ? *asked_.object_row : form;
  Result<Json> patched =
      patched_object(object_row, admission_.parts_.types, *objects.object(), answer.operations);
  if (!patched) return kube::internal_error(patched.error().message);
  if (*patched == *objects.object()) return false;
  if (invocation.equivalent != nullptr && asked_.object_row == nullptr) {
    Outcome<Json> own_form = in_form(*patched, form, own);
    if (!own_form) return kube::internal_error(own_form.error().message);
    patched = std::move(own_form).value();
  }
  *object_ = std::move(patched).value();
  return true;
}

}  // namespace cw::apiserver::webhooks
