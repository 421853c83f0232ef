#include "webhook/rules/issuer.h"

#include "lib/pki/certificate.h"
#include "webhook/rules/issuer_parts.h"

namespace cw::webhook {
namespace {

using api::CaIssuer;
using api::IssuerSpec;
using kube::FieldErrors;
using kube::FieldPath;

constexpr RequiredField<CaIssuer> kCaRequired[] = {
    {"issuer.ca.secretName.required", "CA-01; validation/issuer.go", "secretName",
     [](const CaIssuer& ca) { return ca.secret_name.empty(); },
     "name the Secret that holds the CA's certificate and key"},
};

FieldErrors no_empty_items(const kube::List<std::string>& list, const FieldPath& at) {
  FieldErrors errors;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].empty())
      errors.push_back(kube::invalid(at.index(i), kube::quoted(""), "must be a URL, not empty"));
  }
  return errors;
}

// The path lacks the s of ocspServers: the field's own.
FieldErrors ocsp_servers_are_given(const CaIssuer& ca, const FieldPath& at) {
  return no_empty_items(ca.ocsp_servers, at.child("ocspServer"));
}

FieldErrors issuing_urls_are_given(const CaIssuer& ca, const FieldPath& at) {
  return no_empty_items(ca.issuing_certificate_urls, at.child("issuingCertificateURLs"));
}

constexpr Rule<CaIssuer> kCa[] = {
    {"issuer.ca.ocspServers.empty", "CA-02; validation/issuer.go", ocsp_servers_are_given},
    {"issuer.ca.issuingCertificateURLs.empty", "CA-03; validation/issuer.go", issuing_urls_are_given},
};

FieldErrors check_ca(const CaIssuer& ca, const FieldPath& at) {
  FieldErrors all = run_required<CaIssuer>(kCaRequired, ca, at);
  append(all, run_rules<CaIssuer>(kCa, ca, at, {}));
  return all;
}

constexpr Alternative<IssuerSpec> kTypes[] = {
    {"", "", "acme", [](const IssuerSpec& s) { return s.acme.has_value(); },
     [](const IssuerSpec& s, const FieldPath& at) { return check_acme(*s.acme, at); }},
    {"issuer.ca.alone", "ISS-01; validation/issuer.go", "ca",
     [](const IssuerSpec& s) { return s.ca.has_value(); },
     [](const IssuerSpec& s, const FieldPath& at) { return check_ca(*s.ca, at); }},
    {"issuer.selfSigned.alone", "ISS-02; validation/issuer.go", "selfSigned",
     [](const IssuerSpec& s) { return s.self_signed.has_value(); }, nullptr},
    {"issuer.vault.alone", "ISS-03; validation/issuer.go", "vault",
     [](const IssuerSpec& s) { return s.vault.has_value(); },
     [](const IssuerSpec& s, const FieldPath& at) { return check_vault(*s.vault, at); }},
    {"issuer.venafi.alone", "ISS-04; validation/issuer.go", "venafi",
     [](const IssuerSpec& s) { return s.venafi.has_value(); },
     [](const IssuerSpec& s, const FieldPath& at) { return check_venafi(*s.venafi, at); }},
};

FieldErrors has_a_type(const IssuerSpec& spec, const FieldPath& at) {
  for (const Alternative<IssuerSpec>& type : kTypes) {
    if (type.present(spec)) return {};
  }
  return {kube::required(at, "give one of acme, ca, selfSigned, vault and venafi")};
}

constexpr Rule<IssuerSpec> kRules[] = {
    {"issuer.type.required", "ISS-05; validation/issuer.go", has_a_type},
};

Findings validate_spec(const IssuerSpec& spec, const RuleOptions& options) {
  const FieldPath at("spec");
  std::size_t present = 0;
  FieldErrors errors =
      run_alternatives<IssuerSpec>(kTypes, spec, at, "an issuer is of one type only", present);
  append(errors, run_rules<IssuerSpec>(kRules, spec, at, options));
  return {std::move(errors), spec.acme ? acme_warnings(*spec.acme) : std::vector<std::string>()};
}

template <typename T>
Findings validate(const T* before, const T& after, const RuleOptions& options) {
  Findings findings = validate_spec(after.spec, options);
  append(findings.errors, check_guard(before == nullptr ? nullptr : &before->metadata, after.metadata));
  return findings;
}

}  // namespace

bool is_ca_bundle(std::string_view pem) {
  pki::PemReader reader(pem);
  while (const auto block = reader.next()) {
    if (block->type == "CERTIFICATE" && !block->has_headers && pki::Certificate::parse_der(block->bytes))
      return true;
  }
  return false;
}

Findings validate_create(const api::Issuer& issuer, const RuleOptions& options) {
  return validate(static_cast<const api::Issuer*>(nullptr), issuer, options);
}
Findings validate_update(const api::Issuer& before, const api::Issuer& after, const RuleOptions& options) {
  return validate(&before, after, options);
}
Findings validate_create(const api::ClusterIssuer& issuer, const RuleOptions& options) {
  return validate(static_cast<const api::ClusterIssuer*>(nullptr), issuer, options);
}
Findings validate_update(const api::ClusterIssuer& before, const api::ClusterIssuer& after,
                         const RuleOptions& options) {
  return validate(&before, after, options);
}

void list_issuer_rules(RuleList& into) {
  list_rows(into, kCaRequired);
  list_rows(into, kCa);
  list_rows(into, kTypes);
  list_rows(into, kRules);
  list_guard_rules(into);
  list_acme_rules(into);
  list_http01_rules(into);
  list_dns01_rules(into);
  list_azure_dns_rules(into);
  list_cloudflare_rules(into);
  list_rfc2136_rules(into);
  list_vault_rules(into);
  list_vault_auth_rules(into);
  list_venafi_rules(into);
}

}  // namespace cw::webhook
