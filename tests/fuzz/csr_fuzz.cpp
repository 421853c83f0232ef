// Requests and certificates from bytes. What parses must be readable through every accessor, its names must
// survive being written and read again, and its PEM must be itself.
#include <string_view>

#include "lib/base/encoding.h"
#include "lib/pki/certificate.h"
#include "lib/pki/csr.h"
#include "tests/fuzz/targets.h"

namespace cw::fuzz {
namespace {

void check_names(const pki::SubjectAltNames& names) {
  const auto encoded = pki::encode_subject_alt_names(names);
  if (!encoded) return;  // an otherName that is not UTF-8 is only carried along
  const auto again = pki::decode_subject_alt_names(*encoded);
  CW_ASSERT(again.has_value() && again->dns_names == names.dns_names && again->uris == names.uris &&
            again->ip_addresses == names.ip_addresses);
}

void check_subject(const pki::DistinguishedName& subject) {
  CW_ASSERT(is_valid_utf8(pki::text_of(subject)));
  const auto encoded = pki::encode_name(subject);
  if (encoded) CW_ASSERT(pki::parse_name(*encoded).has_value());
}

void check_error(const Error& error) {
  CW_ASSERT(error.code == Code::Invalid && !error.message.empty() && is_valid_utf8(error.message));
}

void use(const Result<pki::Csr>& csr) {
  if (!csr) return check_error(csr.error());
  check_subject(csr->subject());
  check_names(csr->subject_alt_names());
  CW_ASSERT(csr->verify_signature().has_value() == csr->verify_signature().has_value());
  (void)csr->basic_constraints();
  (void)csr->key_usage();
  (void)csr->extended_key_usages();
  const auto constraints = csr->name_constraints();
  if (constraints && constraints->has_value()) {
    CW_ASSERT(pki::encode_name_constraints(constraints->value()).has_value());
  }
  pki::PemLimits limits;
  limits.certificate = std::string_view::npos;
  const auto again = pki::Csr::parse_pem(csr->to_pem(), limits);
  CW_ASSERT(again.has_value() && again->der() == csr->der());
}

void use(const Result<pki::Certificate>& certificate) {
  if (!certificate) return check_error(certificate.error());
  check_subject(certificate->subject());
  check_subject(certificate->issuer());
  check_names(certificate->subject_alt_names());
  (void)certificate->is_self_signed();
  pki::PemLimits limits;
  limits.chain = std::string_view::npos;
  const auto again = pki::Certificate::parse_pem(certificate->to_pem(), limits);
  CW_ASSERT(again.has_value() && *again == *certificate);
}

}  // namespace

void csr(std::string_view input) {
  use(pki::Csr::parse_der(input));
  use(pki::Csr::parse_pem(input));
  use(pki::Certificate::parse_der(input));
  use(pki::Certificate::parse_pem(input));
}

}  // namespace cw::fuzz
