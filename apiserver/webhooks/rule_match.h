// Which requests the rules of a webhook speak of. Pure.
// Source: k8s.io/apiserver pkg/admission/plugin/webhook/predicates/rules.
#pragma once

#include <string_view>
#include <vector>

#include "apiserver/admission_question.h"
#include "apiserver/webhooks/configuration.h"

namespace cw::apiserver::webhooks {

// The request, as if it were made for that resource (its own, or an equivalent one).
bool matches(const Rule&, const AdmissionAsked&, const kube::Resource&);
bool matches_any(const std::vector<Rule>&, const AdmissionAsked&, const kube::Resource&);

// Writes of webhook configurations are never sent to webhooks: one that is broken could not be mended.
bool is_exempt(const ResourceRow&);

}  // namespace cw::apiserver::webhooks
