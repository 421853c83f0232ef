#include "apiserver/webhooks/failures.h"

#include "lib/base/log.h"

namespace cw::apiserver::webhooks {

std::string turn_text(const Turn& turn) {
  return "round_" + std::to_string(turn.round) + "_index_" + std::to_string(turn.index);
}

std::optional<kube::StatusError> failed(const Webhook& webhook, const Error& error, const Turn& turn,
                                        AdmissionNotes& notes) {
  if (!webhook.fails_open) {
    return kube::internal_error("failed calling webhook " + kube::quoted(webhook.name) + ": " +
                                error.message);
  }
  log::warning(
      "a webhook cannot be asked, and is passed over as its failurePolicy says",
      {{"webhook", webhook.name}, {"configuration", webhook.configuration}, {"error", error.message}});
  const std::string kind = webhook.kind == WebhookKind::Mutating ? "mutation" : "validating";
  notes.audit_annotations["failed-open." + kind + ".webhook.admission.k8s.io/" + turn_text(turn)] =
      webhook.name;
  return std::nullopt;
}

kube::StatusError no_dry_run(const Webhook& webhook) {
  return kube::bad_request("admission webhook " + kube::quoted(webhook.name) + " does not support dry run");
}

void note_answer(const Webhook& webhook, const ReviewAnswer& answer, AdmissionNotes& notes) {
  for (const auto& [key, value] : answer.audit_annotations) {
    notes.audit_annotations.emplace(webhook.name + "/" + key, value);
  }
  notes.warnings.insert(notes.warnings.end(), answer.warnings.begin(), answer.warnings.end());
}

}  // namespace cw::apiserver::webhooks
