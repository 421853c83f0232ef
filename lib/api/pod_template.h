// PodTemplate: how the pod that answers an HTTP-01 challenge is shaped. Nothing validates what is in here
// beyond its types. Data only. Source: cert-manager pkg/apis/acme/v1/types_issuer.go, field order as declared
// there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lib/api/pod_scheduling.h"
#include "lib/api/references.h"
#include "lib/kube/fields.h"

namespace cw::api {

struct SeLinuxOptions {
  std::string user;
  std::string role;
  std::string type;
  std::string level;
  bool operator==(const SeLinuxOptions&) const = default;
};

template <kube::FieldsOf<SeLinuxOptions> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("user", s.user);
  visit("role", s.role);
  visit("type", s.type);
  visit("level", s.level);
}

struct SeccompProfile {
  std::string type;
  std::optional<std::string> localhost_profile;
  bool operator==(const SeccompProfile&) const = default;
};

template <kube::FieldsOf<SeccompProfile> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("type"), s.type);
  visit("localhostProfile", s.localhost_profile);
}

struct Sysctl {
  std::string name;
  std::string value;
  bool operator==(const Sysctl&) const = default;
};

template <kube::FieldsOf<Sysctl> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("name"), s.name);
  visit(kube::always("value"), s.value);
}

struct PodSecurityContext {
  std::optional<SeLinuxOptions> se_linux_options;
  std::optional<std::int64_t> run_as_user;
  std::optional<std::int64_t> run_as_group;
  std::optional<bool> run_as_non_root;
  kube::List<std::int64_t> supplemental_groups;
  std::optional<std::int64_t> fs_group;
  kube::List<Sysctl> sysctls;
  std::optional<std::string> fs_group_change_policy;
  std::optional<SeccompProfile> seccomp_profile;
  bool operator==(const PodSecurityContext&) const = default;
};

template <kube::FieldsOf<PodSecurityContext> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("seLinuxOptions", s.se_linux_options);
  visit("runAsUser", s.run_as_user);
  visit("runAsGroup", s.run_as_group);
  visit("runAsNonRoot", s.run_as_non_root);
  visit("supplementalGroups", s.supplemental_groups);
  visit("fsGroup", s.fs_group);
  visit("sysctls", s.sysctls);
  visit("fsGroupChangePolicy", s.fs_group_change_policy);
  visit("seccompProfile", s.seccomp_profile);
}

struct PodResources {
  kube::MapOf<kube::Quantity> limits;
  kube::MapOf<kube::Quantity> requests;
  bool operator==(const PodResources&) const = default;
};

template <kube::FieldsOf<PodResources> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("limits", s.limits);
  visit("requests", s.requests);
}

// Unlike LocalObjectReference, an empty name is left out (core/v1).
struct ImagePullSecret {
  std::string name;
  bool operator==(const ImagePullSecret&) const = default;
};

template <kube::FieldsOf<ImagePullSecret> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("name", s.name);
}

struct PodTemplateMeta {
  kube::Map annotations;
  kube::Map labels;
  bool operator==(const PodTemplateMeta&) const = default;
};

template <kube::FieldsOf<PodTemplateMeta> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("annotations", s.annotations);
  visit("labels", s.labels);
}

struct PodTemplateSpec {
  kube::Map node_selector;
  std::optional<Affinity> affinity;
  kube::List<Toleration> tolerations;
  std::string priority_class_name;
  std::string service_account_name;
  kube::List<ImagePullSecret> image_pull_secrets;
  std::optional<PodSecurityContext> security_context;
  std::optional<PodResources> resources;
  bool operator==(const PodTemplateSpec&) const = default;
};

template <kube::FieldsOf<PodTemplateSpec> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("nodeSelector", s.node_selector);
  visit("affinity", s.affinity);
  visit("tolerations", s.tolerations);
  visit("priorityClassName", s.priority_class_name);
  visit("serviceAccountName", s.service_account_name);
  visit("imagePullSecrets", s.image_pull_secrets);
  visit("securityContext", s.security_context);
  visit("resources", s.resources);
}

struct PodTemplate {
  PodTemplateMeta metadata;
  PodTemplateSpec spec;
  bool operator==(const PodTemplate&) const = default;
};

template <kube::FieldsOf<PodTemplate> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("metadata"), s.metadata);
  visit(kube::always("spec"), s.spec);
}

}  // namespace cw::api
