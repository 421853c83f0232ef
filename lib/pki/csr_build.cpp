// Csr::build: a signed request from a template.
#include "lib/pki/csr.h"
#include "lib/pki/csr_attributes.h"
#include "lib/pki/der.h"
#include "lib/pki/extension_list.h"
#include "lib/pki/signature.h"

namespace cw::pki {
namespace {

bool is_empty_name(std::string_view raw_subject) { return raw_subject == der::sequence(""); }

// RFC 5280 §4.2.1.6: the names are critical if there is no subject beside them.
Result<std::string> name_extension(const CsrTemplate& wanted) {
  if (wanted.subject_alt_names.empty()) return std::string();
  return encode_extension({std::string(kSubjectAltNameOid), is_empty_name(wanted.raw_subject),
                           TRY(encode_subject_alt_names(wanted.subject_alt_names))});
}

Result<std::string> usage_extensions(const CsrTemplate& wanted) {
  std::string out;
  if (wanted.key_usage) {
    out += TRY(encode_extension({std::string(kKeyUsageOid), true, encode_key_usage(*wanted.key_usage)}));
  }
  if (!wanted.extended_key_usages.empty()) {
    out += TRY(encode_extension({std::string(kExtendedKeyUsageOid), false,
                                 TRY(encode_extended_key_usage(wanted.extended_key_usages))}));
  }
  return out;
}

Result<std::string> constraint_extensions(const CsrTemplate& wanted) {
  std::string out;
  if (wanted.basic_constraints) {
    out += TRY(encode_extension(
        {std::string(kBasicConstraintsOid), true, encode_basic_constraints(*wanted.basic_constraints)}));
  }
  if (wanted.name_constraints) {
    out += TRY(encode_extension({std::string(kNameConstraintsOid), wanted.name_constraints->critical,
                                 TRY(encode_name_constraints(*wanted.name_constraints))}));
  }
  return out;
}

}  // namespace

Result<std::string> encode_attributes(const CsrTemplate& wanted) {
  const std::string extensions =
      TRY(name_extension(wanted)) + TRY(usage_extensions(wanted)) + TRY(constraint_extensions(wanted));
  if (extensions.empty()) return der::element(der::constructed(0), "");
  const std::string values = der::element(der::kSet, der::sequence(extensions));
  return der::element(der::constructed(0), der::sequence(der::known_oid(kExtensionRequestOid) + values));
}

// Parsed again at the end: what we would refuse to read we must not send.
Result<Csr> Csr::build(const CsrTemplate& wanted, const PrivateKey& key) {
  const SignatureAlgorithm algorithm = wanted.signature_algorithm
                                           ? *wanted.signature_algorithm
                                           : TRY(signature_algorithm_for(key.algorithm(), key.size()));
  const std::string info = der::sequence(der::integer(0) + wanted.raw_subject + key.public_key().spki_der() +
                                         TRY(encode_attributes(wanted)));
  return parse_der(TRY(sign_whole(info, key, algorithm)));
}

}  // namespace cw::pki
