// Which kind an object of a review is, by its own apiVersion and kind and, where it lacks them, the
// request's. Source: reference/admission.md 3.5. Pure.
#pragma once

#include <optional>

#include "lib/kube/admission_request.h"
#include "webhook/dispatch.h"
#include "webhook/verdict.h"

namespace cw::webhook {

// Refused: no object, no JSON object, no kind or version, a kind that is not in the dispatch table.
// `member` is "object" or "oldObject".
Result<const KindRow*, Refusal> kind_of(const std::optional<simdjson::dom::element>&, std::string_view member,
                                        const kube::GroupVersionKind& fallback);

}  // namespace cw::webhook
