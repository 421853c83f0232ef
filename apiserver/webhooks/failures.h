// What it means that a webhook cannot be asked, and what of an answer is noted.
#pragma once

#include <cstddef>
#include <optional>

#include "apiserver/admission_question.h"
#include "apiserver/webhooks/review_answer.h"
#include "lib/kube/status.h"

namespace cw::apiserver::webhooks {

// The how manieth question of which round.
struct Turn {
  int round = 0;
  std::size_t index = 0;
};
// "round_0_index_2": a part of keys of audit annotations.
std::string turn_text(const Turn&);

// By its failurePolicy: a refusal, or nothing, which is logged and noted.
std::optional<kube::StatusError> failed(const Webhook&, const Error&, const Turn&, AdmissionNotes&);
// A dry run must have no effects.
kube::StatusError no_dry_run(const Webhook&);
// Warnings and audit annotations.
void note_answer(const Webhook&, const ReviewAnswer&, AdmissionNotes&);

}  // namespace cw::apiserver::webhooks
