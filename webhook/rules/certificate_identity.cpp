// The names that a Certificate is for: that there is one, and the alternative names.
#include "lib/base/encoding.h"
#include "lib/pki/ip_address.h"
#include "webhook/rules/certificate_parts.h"
#include "webhook/rules/grammar/email.h"
#include "webhook/rules/grammar/object_id.h"
#include "webhook/rules/literal_common_name.h"

namespace cw::webhook {
namespace {

using kube::FieldErrors;
using kube::FieldPath;

bool other_names_off(const RuleOptions& options) { return !options.other_names; }

FieldErrors names_something(const CertificateSpec& spec, const FieldPath& at) {
  const bool any = !spec.common_name.empty() || !spec.dns_names.empty() || !spec.uris.empty() ||
                   !spec.email_addresses.empty() || !spec.ip_addresses.empty() || !spec.other_names.empty() ||
                   !literal_common_name(spec).empty();
  if (any) return {};
  return {kube::invalid(at, kube::quoted(""),
                        "give at least one of commonName (also as CN= in literalSubject), dnsNames, uris, "
                        "ipAddresses, emailAddresses and otherNames")};
}

FieldErrors ip_addresses_parse(const CertificateSpec& spec, const FieldPath& at) {
  FieldErrors errors;
  for (std::size_t i = 0; i < spec.ip_addresses.size(); ++i) {
    if (pki::parse_ip(spec.ip_addresses[i])) continue;
    errors.push_back(kube::invalid(at.child("ipAddresses").index(i), kube::quoted(spec.ip_addresses[i]),
                                   "must be an IPv4 or IPv6 address, without zone, mask or leading zeros"));
  }
  return errors;
}

// One error for each address of that form.
FieldErrors refuse_emails(const CertificateSpec& spec, const FieldPath& at, EmailForm refused,
                          std::string_view detail) {
  FieldErrors errors;
  for (std::size_t i = 0; i < spec.email_addresses.size(); ++i) {
    if (email_form(spec.email_addresses[i]) != refused) continue;
    errors.push_back(kube::invalid(at.child("emailAddresses").index(i), kube::quoted(spec.email_addresses[i]),
                                   std::string(detail)));
  }
  return errors;
}

FieldErrors emails_parse(const CertificateSpec& spec, const FieldPath& at) {
  return refuse_emails(spec, at, EmailForm::None, "must be an e-mail address such as ops@example.com");
}

FieldErrors emails_are_bare(const CertificateSpec& spec, const FieldPath& at) {
  return refuse_emails(
      spec, at, EmailForm::Decorated,
      "must be the address alone, without display name, brackets, quotes, comments or spaces");
}

// The path is the field's own, with a capital O.
FieldErrors other_names_are_switched_on(const CertificateSpec& spec, const FieldPath& at) {
  if (spec.other_names.empty()) return {};
  return {kube::forbidden(at.child("OtherNames"),
                          "switch the feature gate OtherNames on in webhook and controller")};
}

constexpr Rule<CertificateSpec> kRules[] = {
    {"certificate.identity.required", "CRT-13; validation/certificate.go", names_something},
    {"certificate.ipAddresses.syntax", "CRT-15; validation/certificate.go", ip_addresses_parse},
    {"certificate.emailAddresses.syntax", "CRT-16; validation/certificate.go", emails_parse},
    {"certificate.emailAddresses.bare", "CRT-17; validation/certificate.go", emails_are_bare},
    {"certificate.otherNames.gate", "CRT-18; validation/certificate.go", other_names_are_switched_on,
     other_names_off},
};

FieldErrors oid_parses(const api::OtherName& name, const FieldPath& at) {
  if (is_dotted_id(name.oid)) return {};
  return {kube::invalid(at.child("oid"), kube::quoted(name.oid),
                        "must be numbers joined by dots, such as 1.2.3.4")};
}

FieldErrors value_is_text(const api::OtherName& name, const FieldPath& at) {
  if (!name.utf8_value.empty() && is_valid_utf8(name.utf8_value)) return {};
  return {kube::required(at.child("utf8Value"), "must be text in UTF-8")};
}

constexpr RequiredField<api::OtherName> kOtherNameRequired[] = {
    {"certificate.otherNames.oid.required", "CRT-19; validation/certificate.go", "oid",
     [](const api::OtherName& name) { return name.oid.empty(); }},
};

constexpr Rule<api::OtherName> kOtherName[] = {
    {"certificate.otherNames.oid.syntax", "CRT-20; validation/certificate.go", oid_parses},
    {"certificate.otherNames.utf8Value.required", "CRT-21; validation/certificate.go", value_is_text},
};

}  // namespace

FieldErrors check_identity(const CertificateSpec& spec, const FieldPath& at, const RuleOptions& options) {
  FieldErrors all = run_rules<CertificateSpec>(kRules, spec, at, options);
  if (!options.other_names) return all;
  for (std::size_t i = 0; i < spec.other_names.size(); ++i) {
    const FieldPath item = at.child("otherNames").index(i);
    append(all, run_required<api::OtherName>(kOtherNameRequired, spec.other_names[i], item));
    append(all, run_rules<api::OtherName>(kOtherName, spec.other_names[i], item, options));
  }
  return all;
}

void list_identity_rules(RuleList& into) {
  list_rows(into, kRules);
  list_rows(into, kOtherNameRequired);
  list_rows(into, kOtherName);
}

}  // namespace cw::webhook
