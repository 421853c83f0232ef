#include "lib/issuance/csr_template.h"

#include "lib/issuance/subject.h"
#include "lib/issuance/usages.h"

namespace cw::issuance {
namespace {

constexpr int kDefaultRsaSize = 2048;
constexpr int kMaxRsaSize = 8192;
constexpr int kDefaultEcdsaSize = 256;

Error at_field(std::string_view field, std::string_view why) {
  return {Code::Invalid, std::string(field) + ": " + std::string(why)};
}

struct Subject {
  std::string raw;
  std::string common_name;
};

Result<Subject> subject_of(const api::CertificateSpec& spec, const CsrTemplateOptions& options) {
  if (!options.literal_subject || spec.literal_subject.empty()) {
    return Subject{TRY(pki::encode_subject(subject_fields(spec))), spec.common_name};
  }
  const auto name = pki::parse_literal_subject(spec.literal_subject);
  if (!name) return at_field("spec.literalSubject", name.error().message);
  return Subject{TRY(pki::encode_name(*name)), pki::common_name(*name)};
}

Result<pki::SubjectAltNames> alt_names_of(const api::CertificateSpec& spec,
                                          const CsrTemplateOptions& options) {
  pki::SubjectAltNames names;
  names.dns_names = spec.dns_names.items();
  names.email_addresses = spec.email_addresses.items();
  names.uris = spec.uris.items();
  for (const std::string& text : spec.ip_addresses) {
    auto address = pki::parse_ip(text);
    if (!address) return at_field("spec.ipAddresses", "\"" + text + "\" is not an IP address");
    names.ip_addresses.push_back(*std::move(address));
  }
  if (!options.other_names) return names;
  for (const api::OtherName& name : spec.other_names) {
    names.other_names.push_back({.type_id = name.oid, .utf8_value = name.utf8_value});
  }
  return names;
}

Status add_usages(const api::CertificateSpec& spec, pki::CsrTemplate& out) {
  const auto usages = expected_usages(spec.usages.items(), spec.is_ca ? IsCa::Yes : IsCa::No);
  if (!spec.encode_usages_in_request.value_or(true)) return Done{};
  if (!usages) return at_field("spec.usages", usages.error().message);
  if (usages->key_usage != 0) out.key_usage = usages->key_usage;
  out.extended_key_usages = usages->extended;
  return Done{};
}

Result<pki::NameConstraintSet> constraint_set(const std::optional<api::NameConstraintItem>& item) {
  pki::NameConstraintSet set;
  if (!item) return set;
  set.dns_domains = item->dns_domains.items();
  set.email_addresses = item->email_addresses.items();
  set.uri_domains = item->uri_domains.items();
  for (const std::string& text : item->ip_ranges) {
    auto range = pki::parse_cidr(text);
    if (!range) return at_field("spec.nameConstraints", "\"" + text + "\" is not an IP range");
    set.ip_ranges.push_back(*std::move(range));
  }
  return set;
}

Result<std::optional<pki::NameConstraints>> constraints_of(const api::CertificateSpec& spec) {
  if (!spec.name_constraints) return std::optional<pki::NameConstraints>();
  pki::NameConstraints constraints;
  constraints.critical = spec.name_constraints->critical;
  constraints.permitted = TRY(constraint_set(spec.name_constraints->permitted));
  constraints.excluded = TRY(constraint_set(spec.name_constraints->excluded));
  if (constraints.permitted.empty() && constraints.excluded.empty()) {
    return std::optional<pki::NameConstraints>();
  }
  return std::optional(std::move(constraints));
}

Result<pki::SignatureAlgorithm> signature_algorithm_of(const api::CertificateSpec& spec) {
  const pki::KeySpec key = TRY(key_spec(spec));
  if (spec.signature_algorithm.empty()) return pki::signature_algorithm_for(key.algorithm, key.size);
  const auto algorithm = pki::find_signature_algorithm(spec.signature_algorithm);
  if (!algorithm || !pki::fits(*algorithm, key.algorithm)) {
    return at_field("spec.signatureAlgorithm", "\"" + spec.signature_algorithm +
                                                   "\" cannot be used with a key of " +
                                                   std::string(pki::name_of(key.algorithm)));
  }
  return *algorithm;
}

Result<pki::KeySpec> rsa_spec(std::int64_t size) {
  if (size <= 0) return pki::KeySpec{pki::KeyAlgorithm::Rsa, kDefaultRsaSize};
  if (size < kDefaultRsaSize || size > kMaxRsaSize) {
    return at_field("spec.privateKey.size", "an RSA key has 2048 to 8192 bits, not " + std::to_string(size));
  }
  return pki::KeySpec{pki::KeyAlgorithm::Rsa, static_cast<int>(size)};
}

Result<pki::KeySpec> ecdsa_spec(std::int64_t size) {
  if (size <= 0) return pki::KeySpec{pki::KeyAlgorithm::Ecdsa, kDefaultEcdsaSize};
  if (size != 256 && size != 384 && size != 521) {
    return at_field("spec.privateKey.size",
                    "an ECDSA key has 256, 384 or 521 bits, not " + std::to_string(size));
  }
  return pki::KeySpec{pki::KeyAlgorithm::Ecdsa, static_cast<int>(size)};
}

}  // namespace

Result<pki::CsrTemplate> csr_template(const api::CertificateSpec& spec, const CsrTemplateOptions& options) {
  const Subject subject = TRY(subject_of(spec, options));
  pki::CsrTemplate out;
  out.raw_subject = subject.raw;
  out.subject_alt_names = TRY(alt_names_of(spec, options));
  if (subject.common_name.empty() && out.subject_alt_names.empty()) {
    return at_field(
        "spec", "names nothing: set commonName, dnsNames, ipAddresses, uris, emailAddresses or otherNames");
  }
  TRY(add_usages(spec, out));
  if (options.basic_constraints) out.basic_constraints = pki::BasicConstraints{.is_ca = spec.is_ca};
  if (options.name_constraints) out.name_constraints = TRY(constraints_of(spec));
  out.signature_algorithm = TRY(signature_algorithm_of(spec));
  return out;
}

std::string gated_member(const api::CertificateSpec& spec, const CsrTemplateOptions& gates) {
  const auto off = [](const char* member, const char* gate) {
    return std::string(member) + " is set, and feature gate " + gate + " of the controller is off";
  };
  if (!gates.literal_subject && !spec.literal_subject.empty()) {
    return off("spec.literalSubject", "LiteralCertificateSubject");
  }
  if (!gates.other_names && !spec.other_names.empty()) return off("spec.otherNames", "OtherNames");
  return {};
}

Result<pki::KeySpec> key_spec(const api::CertificateSpec& spec) {
  const api::CertificatePrivateKey key = spec.private_key.value_or(api::CertificatePrivateKey{});
  if (key.algorithm.empty() || key.algorithm == "RSA") return rsa_spec(key.size);
  if (key.algorithm == "ECDSA") return ecdsa_spec(key.size);
  if (key.algorithm == "Ed25519") return pki::KeySpec{pki::KeyAlgorithm::Ed25519, 0};
  return at_field("spec.privateKey.algorithm", "unknown algorithm \"" + key.algorithm + "\"");
}

pki::KeyEncoding key_encoding(const api::CertificateSpec& spec) {
  const bool pkcs8 = spec.private_key && spec.private_key->encoding == "PKCS8";
  return pkcs8 ? pki::KeyEncoding::Pkcs8 : pki::KeyEncoding::Pkcs1;
}

}  // namespace cw::issuance
