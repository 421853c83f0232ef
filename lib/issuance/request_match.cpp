#include "lib/issuance/request_match.h"

#include <algorithm>
#include <array>
#include <set>

#include "lib/issuance/csr_template.h"
#include "lib/issuance/subject.h"
#include "lib/pki/csr.h"

namespace cw::issuance {
namespace {

using Violations = std::vector<std::string>;

template <typename T>
bool same_multiset(std::vector<T> a, std::vector<T> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

void note_unless(bool matches, std::string_view field, Violations& out) {
  if (!matches) out.emplace_back(field);
}

// In their canonical text, so that "::ffff:10.0.0.1" and "10.0.0.1" are one address.
bool same_addresses(const std::vector<pki::IpAddress>& have, const kube::List<std::string>& want) {
  std::vector<std::string> wanted;
  for (const std::string& text : want) {
    const auto address = pki::parse_ip(text);
    if (!address) return false;
    wanted.push_back(pki::text_of(*address));
  }
  std::vector<std::string> found;
  for (const pki::IpAddress& address : have) found.push_back(pki::text_of(address));
  return same_multiset(std::move(found), std::move(wanted));
}

void compare_common_names(const pki::SubjectAltNames& names, const api::CertificateSpec& spec,
                          Violations& out) {
  note_unless(same_addresses(names.ip_addresses, spec.ip_addresses), "spec.ipAddresses", out);
  note_unless(same_multiset(names.uris, spec.uris.items()), "spec.uris", out);
  note_unless(same_multiset(names.email_addresses, spec.email_addresses.items()), "spec.emailAddresses", out);
}

using NamePair = std::pair<std::string, std::string>;

Result<std::vector<NamePair>> other_names_of(const pki::SubjectAltNames& names) {
  std::vector<NamePair> found;
  for (const pki::OtherName& name : names.other_names) {
    if (!name.utf8_value)
      return Error{Code::Invalid, "otherName " + name.type_id + " in the request is not UTF-8"};
    found.emplace_back(name.type_id, *name.utf8_value);
  }
  return found;
}

// Only when the spec has the field: issuers and policies may have their own otherNames.
Status compare_other_names(const pki::SubjectAltNames& names, const api::CertificateSpec& spec,
                           Violations& out) {
  if (!spec.other_names.present()) return Done{};
  std::vector<NamePair> wanted;
  for (const api::OtherName& name : spec.other_names) wanted.emplace_back(name.oid, name.utf8_value);
  note_unless(same_multiset(TRY(other_names_of(names)), std::move(wanted)), "spec.otherNames", out);
  return Done{};
}

struct SubjectPart {
  std::string_view field;
  std::vector<std::string> pki::SubjectFields::* values;
};
// The odd name of postalCodes is the field's own.
constexpr std::array<SubjectPart, 7> kSubjectParts{{
    {"spec.subject.organizations", &pki::SubjectFields::organizations},
    {"spec.subject.countries", &pki::SubjectFields::countries},
    {"spec.subject.localities", &pki::SubjectFields::localities},
    {"spec.subject.organizationalUnits", &pki::SubjectFields::organizational_units},
    {"spec.subject.postCodes", &pki::SubjectFields::postal_codes},
    {"spec.subject.provinces", &pki::SubjectFields::provinces},
    {"spec.subject.streetAddresses", &pki::SubjectFields::street_addresses},
}};

void compare_subject_fields(const pki::Csr& csr, const api::CertificateSpec& spec, Violations& out) {
  const pki::SubjectFields have = pki::subject_fields(csr.subject());
  const pki::SubjectFields want = subject_fields(spec);
  note_unless(have.common_name == want.common_name, "spec.commonName", out);
  note_unless(have.serial_number == want.serial_number, "spec.subject.serialNumber", out);
  for (const SubjectPart& part : kSubjectParts) {
    note_unless(same_multiset(have.*part.values, want.*part.values), part.field, out);
  }
}

Status compare_subject(const pki::Csr& csr, const api::CertificateSpec& spec, Violations& out) {
  if (spec.literal_subject.empty()) {
    compare_subject_fields(csr, spec, out);
    return Done{};
  }
  const std::string want = TRY(pki::encode_name(TRY(pki::parse_literal_subject(spec.literal_subject))));
  note_unless(csr.raw_subject() == want, "spec.literalSubject", out);
  return Done{};
}

void compare_request_fields(const api::CertificateRequestSpec& request, const api::CertificateSpec& spec,
                            Violations& out) {
  note_unless(request.is_ca == spec.is_ca, "spec.isCA", out);
  note_unless(same_multiset(request.usages.items(), spec.usages.items()), "spec.usages", out);
  const bool duration_differs = request.duration && spec.duration && *request.duration != *spec.duration;
  note_unless(!duration_differs, "spec.duration", out);
  note_unless(api::same_issuer(request.issuer_ref, spec.issuer_ref), "spec.issuerRef", out);
}

std::set<std::string> with_common_name(const std::vector<std::string>& dns_names,
                                       const std::string& common_name) {
  std::set<std::string> names(dns_names.begin(), dns_names.end());
  if (!common_name.empty()) names.insert(common_name);
  return names;
}

bool has_all(const std::set<std::string>& names, const std::vector<std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const std::string& name) { return names.count(name) > 0; });
}

bool has_if_given(const std::set<std::string>& names, const std::string& name) {
  return name.empty() || names.count(name) > 0;
}

// Issuers move names between the common name and the DNS names, so both are looked at as one set.
void compare_dns_names(const pki::Certificate& certificate, const api::CertificateSpec& spec,
                       Violations& out) {
  const std::vector<std::string>& have = certificate.subject_alt_names().dns_names;
  const std::string common_name = certificate.common_name();
  const auto all = with_common_name(have, common_name);
  const auto expected = with_common_name(spec.dns_names.items(), spec.common_name);
  if (all == expected) return;
  const bool common_name_fits = has_if_given(all, spec.common_name) && has_if_given(expected, common_name);
  note_unless(common_name_fits, "spec.commonName", out);
  note_unless(has_all(all, spec.dns_names.items()) && has_all(expected, have), "spec.dnsNames", out);
}

}  // namespace

Result<Violations> request_violations(const api::CertificateRequestSpec& request,
                                      const api::CertificateSpec& spec, const pki::PemLimits& limits) {
  const pki::Csr csr = TRY(pki::Csr::parse_pem(request.request.text(), limits));
  const pki::SubjectAltNames& names = csr.subject_alt_names();
  Violations out;
  compare_common_names(names, spec, out);
  note_unless(same_multiset(names.dns_names, spec.dns_names.items()), "spec.dnsNames", out);
  TRY(compare_other_names(names, spec, out));
  TRY(compare_subject(csr, spec, out));
  compare_request_fields(request, spec, out);
  return out;
}

Violations certificate_violations(const pki::Certificate& certificate, const api::CertificateSpec& spec) {
  Violations out;
  compare_dns_names(certificate, spec, out);
  compare_common_names(certificate.subject_alt_names(), spec, out);
  return out;
}

Result<Violations> key_violations(const pki::PublicKey& key, const api::CertificateSpec& spec) {
  const pki::KeySpec want = TRY(key_spec(spec));
  Violations out;
  if (key.algorithm() != want.algorithm) return Violations{"spec.privateKey.algorithm"};
  const bool size_counts = want.algorithm != pki::KeyAlgorithm::Ed25519;
  note_unless(!size_counts || key.size() == want.size, "spec.privateKey.size", out);
  return out;
}

}  // namespace cw::issuance
