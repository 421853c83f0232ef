// Requests and certificates from bytes. What parses must be readable through every accessor, and its names
// must survive being written and read again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/base/encoding.h"
#include "lib/pki/certificate.h"
#include "lib/pki/csr.h"

namespace {

using namespace cw;

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

void use(const Result<pki::Csr>& csr) {
  if (!csr) {
    CW_ASSERT(is_valid_utf8(csr.error().message));
    return;
  }
  check_subject(csr->subject());
  check_names(csr->subject_alt_names());
  (void)csr->verify_signature();
  (void)csr->basic_constraints();
  (void)csr->key_usage();
  (void)csr->extended_key_usages();
  const auto constraints = csr->name_constraints();
  if (constraints && *constraints) CW_ASSERT(pki::encode_name_constraints(**constraints).has_value());
}

void use(const Result<pki::Certificate>& certificate) {
  if (!certificate) {
    CW_ASSERT(is_valid_utf8(certificate.error().message));
    return;
  }
  check_subject(certificate->subject());
  check_names(certificate->subject_alt_names());
  (void)certificate->is_self_signed();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  use(pki::Csr::parse_der(bytes));
  use(pki::Csr::parse_pem(bytes));
  use(pki::Certificate::parse_der(bytes));
  return 0;
}
