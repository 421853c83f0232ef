// Ingress and IngressClass: rules and columns. Pure.
// Source: k8s.io/kubernetes pkg/apis/networking/validation, pkg/registry/networking.
#pragma once

#include "apiserver/resource_row.h"

namespace cw::apiserver {

KindRules ingress_rules();
KindRules ingress_class_rules();
TableColumns ingress_table();
TableColumns ingress_class_table();

}  // namespace cw::apiserver
