// What is told of a review once it is judged: its labels for metrics, and one line in the log if it was
// refused. Never anything of the object but its name. Pure but for the logging.
#pragma once

#include <string_view>
#include <vector>

#include "lib/kube/admission_request.h"
#include "webhook/metrics.h"
#include "webhook/verdict.h"

namespace cw::webhook {

ReviewLabels labels_of(const kube::AdmissionRequest&, const Verdict&);

// The advice rules that the verdict warns with, or refuses with.
std::vector<SpokenAdvice> advice_of(const Verdict&);

// At -v=1 and above: who, what, which rules, uid. Costs one load when that is off.
void log_refusal(const kube::AdmissionRequest&, const Verdict&);

}  // namespace cw::webhook
