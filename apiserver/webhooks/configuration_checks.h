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

}  // namespace cw::apiserver::webhooks
