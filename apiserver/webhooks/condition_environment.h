// The CEL environment of matchConditions: object, oldObject, request, namespaceObject (null, as in
// kube-apiserver) and authorizer, by which an expression asks for rights:
// authorizer.group('').resource('pods').check('get').allowed(). Thread-safe.
// Source: k8s.io/apiserver pkg/admission/plugin/cel/compile.go, pkg/cel/library/authz.go.
#pragma once

#include <functional>

#include "apiserver/admission_question.h"
#include "lib/cel/environment.h"
#include "lib/rbac/rules.h"

namespace cw::apiserver::webhooks {

using AskRight = std::function<rbac::Decision(const kube::UserInfo&, const rbac::Attributes&)>;

// Without `ask` expressions can be compiled, and no right is held by anyone.
cel::Environment make_condition_environment(AskRight ask = {});

// The value of `authorizer` for who asks.
cel::Value authorizer_value(const AdmissionAsked&);

inline constexpr std::string_view kRequestType = "kubernetes.AdmissionRequest";
inline constexpr std::string_view kUserInfoType = "kubernetes.UserInfo";
inline constexpr std::string_view kGroupVersionKindType = "kubernetes.GroupVersionKind";
inline constexpr std::string_view kGroupVersionResourceType = "kubernetes.GroupVersionResource";

}  // namespace cw::apiserver::webhooks
