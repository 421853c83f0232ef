// What may be wrong with a metav1.LabelSelector, in kube-apiserver's words. Pure.
// Source: k8s.io/apimachinery pkg/apis/meta/v1/validation.
#pragma once

#include "apiserver/resource_row.h"

namespace cw::apiserver {

FieldErrors check_label_selector(const Json& selector, const kube::FieldPath& at);

}  // namespace cw::apiserver
