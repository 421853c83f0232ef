// The Vault issuer's configuration. Data only.
// Source: cert-manager pkg/apis/certmanager/v1/types_issuer.go, field order as declared there.
#pragma once

#include <optional>
#include <string>

#include "lib/api/references.h"
#include "lib/kube/fields.h"

namespace cw::api {

struct VaultAppRole {
  std::string path;
  std::string role_id;
  SecretKeySelector secret_ref;
  bool operator==(const VaultAppRole&) const = default;
};

template <kube::FieldsOf<VaultAppRole> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("path"), s.path);
  visit(kube::always("roleId"), s.role_id);
  visit(kube::always("secretRef"), s.secret_ref);
}

struct VaultClientCertificateAuth {
  std::string mount_path;
  std::string secret_name;
  std::string name;
  bool operator==(const VaultClientCertificateAuth&) const = default;
};

template <kube::FieldsOf<VaultClientCertificateAuth> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("mountPath", s.mount_path);
  visit("secretName", s.secret_name);
  visit("name", s.name);
}

struct VaultKubernetesAuth {
  std::string mount_path;
  SecretKeySelector secret_ref;
  std::optional<ServiceAccountReference> service_account_ref;
  std::string role;
  bool operator==(const VaultKubernetesAuth&) const = default;
};

template <kube::FieldsOf<VaultKubernetesAuth> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("mountPath", s.mount_path);
  visit("secretRef", s.secret_ref);
  visit("serviceAccountRef", s.service_account_ref);
  visit(kube::always("role"), s.role);
}

struct VaultAwsAuth {
  std::string mount_path;
  std::string role;
  std::string region;
  std::optional<ServiceAccountReference> service_account_ref;
  std::string iam_role_arn;
  std::string vault_header_value;
  bool operator==(const VaultAwsAuth&) const = default;
};

template <kube::FieldsOf<VaultAwsAuth> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("mountPath", s.mount_path);
  visit(kube::always("role"), s.role);
  visit("region", s.region);
  visit("serviceAccountRef", s.service_account_ref);
  visit("iamRoleArn", s.iam_role_arn);
  visit("vaultHeaderValue", s.vault_header_value);
}

struct VaultAuth {
  std::optional<SecretKeySelector> token_secret_ref;
  std::optional<VaultAppRole> app_role;
  std::optional<VaultClientCertificateAuth> client_certificate;
  std::optional<VaultKubernetesAuth> kubernetes;
  std::optional<VaultAwsAuth> aws;
  bool operator==(const VaultAuth&) const = default;
};

template <kube::FieldsOf<VaultAuth> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("tokenSecretRef", s.token_secret_ref);
  visit("appRole", s.app_role);
  visit("clientCertificate", s.client_certificate);
  visit("kubernetes", s.kubernetes);
  visit("aws", s.aws);
}

struct VaultIssuer {
  VaultAuth auth;
  std::string server;
  std::string server_name;
  std::string path;
  std::string name_space;
  kube::Bytes ca_bundle;
  std::optional<SecretKeySelector> ca_bundle_secret_ref;
  std::optional<SecretKeySelector> client_cert_secret_ref;
  std::optional<SecretKeySelector> client_key_secret_ref;
  bool operator==(const VaultIssuer&) const = default;
};

template <kube::FieldsOf<VaultIssuer> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("auth"), s.auth);
  visit(kube::always("server"), s.server);
  visit("serverName", s.server_name);
  visit(kube::always("path"), s.path);
  visit("namespace", s.name_space);
  visit("caBundle", s.ca_bundle);
  visit("caBundleSecretRef", s.ca_bundle_secret_ref);
  visit("clientCertSecretRef", s.client_cert_secret_ref);
  visit("clientKeySecretRef", s.client_key_secret_ref);
}

}  // namespace cw::api
