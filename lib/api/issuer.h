// Issuer and ClusterIssuer: cert-manager.io/v1. Same spec and status; they differ in scope. Data only.
// Source: cert-manager pkg/apis/certmanager/v1/types_issuer.go, field order as declared there.
#pragma once

#include <optional>
#include <string>

#include "lib/api/acme_issuer.h"
#include "lib/api/vault.h"
#include "lib/api/venafi.h"
#include "lib/kube/conditions.h"
#include "lib/kube/fields.h"
#include "lib/kube/json.h"
#include "lib/kube/metadata.h"

namespace cw::api {

struct CaIssuer {
  std::string secret_name;
  kube::List<std::string> crl_distribution_points;
  kube::List<std::string> ocsp_servers;
  kube::List<std::string> issuing_certificate_urls;
  bool operator==(const CaIssuer&) const = default;
};

template <kube::FieldsOf<CaIssuer> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("secretName"), s.secret_name);
  visit("crlDistributionPoints", s.crl_distribution_points);
  visit("ocspServers", s.ocsp_servers);
  visit("issuingCertificateURLs", s.issuing_certificate_urls);
}

struct SelfSignedIssuer {
  kube::List<std::string> crl_distribution_points;
  bool operator==(const SelfSignedIssuer&) const = default;
};

template <kube::FieldsOf<SelfSignedIssuer> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("crlDistributionPoints", s.crl_distribution_points);
}

// Exactly one is set; the rules see to that.
struct IssuerSpec {
  std::optional<AcmeIssuer> acme;
  std::optional<CaIssuer> ca;
  std::optional<VaultIssuer> vault;
  std::optional<SelfSignedIssuer> self_signed;
  std::optional<VenafiIssuer> venafi;
  bool operator==(const IssuerSpec&) const = default;
};

template <kube::FieldsOf<IssuerSpec> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("acme", s.acme);
  visit("ca", s.ca);
  visit("vault", s.vault);
  visit("selfSigned", s.self_signed);
  visit("venafi", s.venafi);
}

struct IssuerStatus {
  kube::List<kube::Condition> conditions;
  std::optional<AcmeIssuerStatus> acme;
  bool operator==(const IssuerStatus&) const = default;
};

template <kube::FieldsOf<IssuerStatus> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("conditions", s.conditions);
  visit("acme", s.acme);
}

struct Issuer {
  kube::ObjectMeta metadata;
  IssuerSpec spec;
  IssuerStatus status;
  bool operator==(const Issuer&) const = default;
};

template <kube::FieldsOf<Issuer> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("metadata", s.metadata);
  visit("spec", s.spec);
  visit("status", s.status);
}

struct ClusterIssuer {
  kube::ObjectMeta metadata;
  IssuerSpec spec;
  IssuerStatus status;
  bool operator==(const ClusterIssuer&) const = default;
};

template <kube::FieldsOf<ClusterIssuer> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("metadata", s.metadata);
  visit("spec", s.spec);
  visit("status", s.status);
}

// Go's decode semantics (lib/kube/decode.h); Invalid names the field's path.
Result<Issuer> decode_issuer(const kube::Json&);
Result<Issuer> decode_issuer(const simdjson::dom::element&);
Result<ClusterIssuer> decode_cluster_issuer(const kube::Json&);
Result<ClusterIssuer> decode_cluster_issuer(const simdjson::dom::element&);
// With apiVersion and kind.
kube::Json encode(const Issuer&);
kube::Json encode(const ClusterIssuer&);

}  // namespace cw::api
