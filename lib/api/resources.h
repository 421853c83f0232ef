// The resources that this program reads or writes, by name. One line each.
#pragma once

#include "lib/kube/resource.h"

namespace cw::api {

inline constexpr kube::Resource kCertificates{"cert-manager.io", "v1", "certificates", "Certificate"};
inline constexpr kube::Resource kCertificateRequests{"cert-manager.io", "v1", "certificaterequests",
                                                     "CertificateRequest"};
inline constexpr kube::Resource kIssuers{"cert-manager.io", "v1", "issuers", "Issuer"};
inline constexpr kube::Resource kClusterIssuers{"cert-manager.io", "v1", "clusterissuers", "ClusterIssuer",
                                                false};
inline constexpr kube::Resource kOrders{"acme.cert-manager.io", "v1", "orders", "Order"};
inline constexpr kube::Resource kChallenges{"acme.cert-manager.io", "v1", "challenges", "Challenge"};

inline constexpr kube::Resource kCertificateRequestPolicies{
    "policy.cert-manager.io", "v1alpha1", "certificaterequestpolicies", "CertificateRequestPolicy", false};

inline constexpr kube::Resource kNamespaces{"", "v1", "namespaces", "Namespace", false};
inline constexpr kube::Resource kSecrets{"", "v1", "secrets", "Secret"};
inline constexpr kube::Resource kConfigMaps{"", "v1", "configmaps", "ConfigMap"};
inline constexpr kube::Resource kPods{"", "v1", "pods", "Pod"};
inline constexpr kube::Resource kServices{"", "v1", "services", "Service"};
inline constexpr kube::Resource kIngresses{"networking.k8s.io", "v1", "ingresses", "Ingress"};
inline constexpr kube::Resource kHttpRoutes{"gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute"};
inline constexpr kube::Resource kEvents{"", "v1", "events", "Event"};
inline constexpr kube::Resource kLeases{"coordination.k8s.io", "v1", "leases", "Lease"};
inline constexpr kube::Resource kRoles{"rbac.authorization.k8s.io", "v1", "roles", "Role"};
inline constexpr kube::Resource kRoleBindings{"rbac.authorization.k8s.io", "v1", "rolebindings",
                                              "RoleBinding"};
inline constexpr kube::Resource kClusterRoles{"rbac.authorization.k8s.io", "v1", "clusterroles",
                                              "ClusterRole", false};
inline constexpr kube::Resource kClusterRoleBindings{"rbac.authorization.k8s.io", "v1", "clusterrolebindings",
                                                     "ClusterRoleBinding", false};
inline constexpr kube::Resource kSubjectAccessReviews{"authorization.k8s.io", "v1", "subjectaccessreviews",
                                                      "SubjectAccessReview", false};

}  // namespace cw::api
