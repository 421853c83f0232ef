#include "lib/issuance/certificate_template.h"

#include "lib/issuance/renewal.h"

namespace cw::issuance {
namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string out = "[";
  for (const std::string& name : names) out += (out.size() > 1 ? ", '" : "'") + name + "'";
  return out + "]";
}

Error differs(std::string_view what, const std::vector<std::string>& have,
              const std::vector<std::string>& want) {
  return {Code::Invalid,
          "the request asks for " + std::string(what) + " " + listed(have) + ", expected " + listed(want)};
}

Status check_basic_constraints(const pki::Csr& csr, IsCa is_ca) {
  const auto constraints = TRY(csr.basic_constraints());
  const bool expected = is_ca == IsCa::Yes;
  if (!constraints || constraints->is_ca == expected) return Done{};
  return Error{Code::Invalid, expected ? "the request says CA: false, but isCA is true"
                                       : "the request says CA: true, but isCA is false"};
}

// Either extension calls for both to be as expected; an absent one counts as empty.
Status check_usages(const pki::Csr& csr, const Usages& expected) {
  const auto key_usage = TRY(csr.key_usage());
  const auto extended = TRY(csr.extended_key_usages());
  if (!key_usage && !extended) return Done{};
  const pki::KeyUsage have = key_usage.value_or(0);
  if (have != expected.key_usage) {
    return differs("key usages", key_usage_names(have), key_usage_names(expected.key_usage));
  }
  const auto have_extended = recognised_extended_usages(extended.value_or(std::vector<std::string>{}));
  if (have_extended == expected.extended) return Done{};
  return differs("extended key usages", extended_usage_names(have_extended),
                 extended_usage_names(expected.extended));
}

std::optional<pki::Extension> copied(const pki::Csr& csr, std::string_view oid) {
  const pki::Extension* const found = pki::find_extension(csr.extensions(), oid);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

// Decoded and encoded again, so that only what was understood is signed.
Result<std::optional<pki::Extension>> name_constraints_of(const pki::Csr& csr) {
  const auto constraints = TRY(csr.name_constraints());
  if (!constraints) return std::optional<pki::Extension>();
  return std::optional(pki::Extension{std::string(pki::kNameConstraintsOid), constraints->critical,
                                      TRY(pki::encode_name_constraints(*constraints))});
}

}  // namespace

Status check_requested_extensions(const pki::Csr& csr, IsCa is_ca, const Usages& expected) {
  TRY(csr.name_constraints());
  TRY(check_basic_constraints(csr, is_ca));
  return check_usages(csr, expected);
}

Result<RequestedCertificate> certificate_template(const api::CertificateRequestSpec& spec,
                                                  const IssuerUrls& urls, TimePoint now,
                                                  const pki::PemLimits& limits) {
  const IsCa is_ca = spec.is_ca ? IsCa::Yes : IsCa::No;
  const Usages usages = TRY(expected_usages(spec.usages.items(), is_ca));
  const pki::Csr csr = TRY(pki::Csr::parse_pem(spec.request.text(), limits));
  TRY(csr.verify_signature());
  TRY(check_requested_extensions(csr, is_ca, usages));
  CW_ASSERT(csr.public_key().has_value());  // its signature was verified with it
  pki::CertificateTemplate out;
  out.not_before = now;
  // Whole seconds first: nanoseconds since 1970 run out in 2262.
  out.not_after = now + std::chrono::floor<std::chrono::seconds>(spec.duration.value_or(kDefaultDuration));
  out.raw_subject = csr.raw_subject();
  out.subject_alt_name = copied(csr, pki::kSubjectAltNameOid);
  out.basic_constraints = {.is_ca = spec.is_ca};
  out.key_usage = usages.key_usage;
  out.extended_key_usages = usages.extended;
  out.name_constraints = TRY(name_constraints_of(csr));
  out.crl_distribution_points = urls.crl_distribution_points;
  out.ocsp_servers = urls.ocsp_servers;
  out.issuing_certificate_urls = urls.issuing_certificate_urls;
  return RequestedCertificate{std::move(out), *csr.public_key()};
}

}  // namespace cw::issuance
