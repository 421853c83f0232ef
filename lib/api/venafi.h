// The CyberArk (Venafi) issuer's configuration. Data only.
// Source: cert-manager pkg/apis/certmanager/v1/types_issuer.go, field order as declared there.
#pragma once

#include <optional>
#include <string>

#include "lib/api/references.h"
#include "lib/kube/fields.h"

namespace cw::api {

struct VenafiTpp {
  std::string url;
  LocalObjectReference credentials_ref;
  kube::Bytes ca_bundle;
  std::optional<SecretKeySelector> ca_bundle_secret_ref;
  bool operator==(const VenafiTpp&) const = default;
};

template <kube::FieldsOf<VenafiTpp> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("url"), s.url);
  visit(kube::always("credentialsRef"), s.credentials_ref);
  visit("caBundle", s.ca_bundle);
  visit("caBundleSecretRef", s.ca_bundle_secret_ref);
}

struct VenafiCloud {
  std::string url;
  SecretKeySelector api_token_secret_ref;
  bool operator==(const VenafiCloud&) const = default;
};

template <kube::FieldsOf<VenafiCloud> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("url", s.url);
  visit(kube::always("apiTokenSecretRef"), s.api_token_secret_ref);
}

struct VenafiNgts {
  std::string url;
  std::string token_endpoint;
  std::string tsg_id;
  LocalObjectReference credentials_ref;
  bool operator==(const VenafiNgts&) const = default;
};

template <kube::FieldsOf<VenafiNgts> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("url", s.url);
  visit("tokenEndpoint", s.token_endpoint);
  visit(kube::always("tsgID"), s.tsg_id);
  visit(kube::always("credentialsRef"), s.credentials_ref);
}

struct VenafiIssuer {
  std::string zone;
  std::optional<VenafiTpp> tpp;
  std::optional<VenafiCloud> cloud;
  std::optional<VenafiNgts> ngts;
  bool operator==(const VenafiIssuer&) const = default;
};

template <kube::FieldsOf<VenafiIssuer> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("zone"), s.zone);
  visit("tpp", s.tpp);
  visit("cloud", s.cloud);
  visit("ngts", s.ngts);
}

}  // namespace cw::api
