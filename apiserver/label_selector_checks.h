// What may be wrong with a metav1.LabelSelector, in kube-apiserver's words. Pure.
// Source: k8s.io/apimachinery pkg/apis/meta/v1/validation.
#pragma once

#include "apiserver/resource_row.h"

namespace cw::apiserver {

// One requirement: its key, operator and values. Foreign: an operator that is not known may be one of a newer
// client.
enum class Operators : std::uint8_t { Known, Foreign };
FieldErrors check_label_requirement(const Json& requirement, const kube::FieldPath& at, Operators);
// The same of fields, whose operators may be foreign.
FieldErrors check_field_requirement(const Json& requirement, const kube::FieldPath& at);

FieldErrors check_label_selector(const Json& selector, const kube::FieldPath& at);

}  // namespace cw::apiserver
