// What may be wrong with a ValidatingWebhookConfiguration or MutatingWebhookConfiguration, in
// kube-apiserver's words. Pure. Source: k8s.io/kubernetes
// pkg/apis/admissionregistration/validation/validation.go of 1.36.
#pragma once

#include "apiserver/resource_row.h"

namespace cw::apiserver::webhooks {

FieldErrors check_configuration(const Json& configuration);
FieldErrors check_rule(const Json& rule, const kube::FieldPath& at);
// Where the webhook is. Source: k8s.io/apiserver pkg/util/webhook/validation.go.
FieldErrors check_client(const Json& config, const kube::FieldPath& at);
// Versions of a review that a webhook understands. `missing` is what is told if there are none; one of ours
// must be there if it `needs_known`.
FieldErrors check_review_versions(const Json& versions, const kube::FieldPath& at, const char* missing,
                                  bool needs_known = true);

}  // namespace cw::apiserver::webhooks
