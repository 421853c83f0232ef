// The ACME issuer's configuration and status. Data only.
// Source: cert-manager pkg/apis/acme/v1/types_issuer.go, field order as declared there.
#pragma once

#include <optional>
#include <string>

#include "lib/api/references.h"
#include "lib/api/solver.h"
#include "lib/kube/fields.h"

namespace cw::api {

struct AcmeExternalAccountBinding {
  std::string key_id;
  SecretKeySelector key_secret_ref;
  std::string key_algorithm;
  bool operator==(const AcmeExternalAccountBinding&) const = default;
};

template <kube::FieldsOf<AcmeExternalAccountBinding> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("keyID"), s.key_id);
  visit(kube::always("keySecretRef"), s.key_secret_ref);
  visit("keyAlgorithm", s.key_algorithm);
}

struct AcmeIssuer {
  std::string email;
  std::string server;
  std::string preferred_chain;
  kube::Bytes ca_bundle;
  bool skip_tls_verify = false;
  std::optional<AcmeExternalAccountBinding> external_account_binding;
  SecretKeySelector private_key_secret_ref;
  kube::List<Solver> solvers;
  bool disable_account_key_generation = false;
  bool enable_duration_feature = false;
  std::string profile;
  std::string renewal_information_source;
  bool operator==(const AcmeIssuer&) const = default;
};

template <kube::FieldsOf<AcmeIssuer> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("email", s.email);
  visit(kube::always("server"), s.server);
  visit("preferredChain", s.preferred_chain);
  visit("caBundle", s.ca_bundle);
  visit("skipTLSVerify", s.skip_tls_verify);
  visit("externalAccountBinding", s.external_account_binding);
  visit(kube::always("privateKeySecretRef"), s.private_key_secret_ref);
  visit("solvers", s.solvers);
  visit("disableAccountKeyGeneration", s.disable_account_key_generation);
  visit("enableDurationFeature", s.enable_duration_feature);
  visit("profile", s.profile);
  visit("renewalInformationSource", s.renewal_information_source);
}

struct AcmeIssuerStatus {
  std::string uri;
  std::string last_registered_email;
  std::string last_private_key_hash;
  bool operator==(const AcmeIssuerStatus&) const = default;
};

template <kube::FieldsOf<AcmeIssuerStatus> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("uri", s.uri);
  visit("lastRegisteredEmail", s.last_registered_email);
  visit("lastPrivateKeyHash", s.last_private_key_hash);
}

}  // namespace cw::api
