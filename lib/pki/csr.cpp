#include "lib/pki/csr.h"

#include "lib/pki/csr_attributes.h"
#include "lib/pki/der.h"
#include "lib/pki/extension_list.h"
#include "lib/pki/signature.h"

namespace cw::pki {

struct Csr::Impl {
  std::string der;
  std::string to_be_signed;
  Signature signature;
  std::string raw_subject;
  DistinguishedName subject;
  std::optional<PublicKey> public_key;
  std::vector<Extension> extensions;
  SubjectAltNames subject_alt_names;
};

namespace {

using Impl = Csr::Impl;

Status read_public_key(der::Reader& info, Impl& out) {
  auto key = PublicKey::parse_spki(TRY(info.element(der::kSequence, "public key")).whole);
  if (key) {
    out.public_key = std::move(key).value();
  } else if (key.error().code != Code::NotFound) {
    return std::move(key).error();
  }
  return Done{};
}

// The extensions are in the attribute's first value; Go looks at no other, and neither does our signer. An
// attribute of another shape is ignored, as Go ignores it.
Status read_attribute(std::string_view content, std::vector<Extension>& into) {
  der::Reader attribute(content);
  const auto type = attribute.content(der::kOid, "attribute type");
  if (!type) return Done{};
  const auto oid = der::decode_oid(*type);
  if (!oid || *oid != kExtensionRequestOid) return Done{};
  der::Reader values = TRY(attribute.enter(der::kSet, "extension request"));
  TRY(attribute.expect_end("extension request"));
  if (values.at_end()) return Done{};
  TRY(decode_extension_list(TRY(values.content(der::kSequence, "requested extensions")), into));
  return values.expect_end("requested extensions");
}

Status read_attributes(der::Reader& info, Impl& out) {
  der::Reader attributes = TRY(info.enter(der::constructed(0), "request attributes"));
  while (!attributes.at_end()) {
    const der::Element attribute = TRY(attributes.element("request attribute"));
    if (attribute.tag == der::kSequence) TRY(read_attribute(attribute.content, out.extensions));
  }
  return Done{};
}

// CertificationRequestInfo, RFC 2986 §4.1. The version says nothing that matters, and Go does not look at it.
Status read_info(Impl& out) {
  der::Reader info(TRY(der::whole_content(out.to_be_signed, der::kSequence, "request")));
  TRY(der::decode_small_integer(TRY(info.content(der::kInteger, "request version"))));
  out.raw_subject = TRY(info.element(der::kSequence, "request subject")).whole;
  out.subject = TRY(parse_name(out.raw_subject));
  TRY(read_public_key(info, out));
  TRY(read_attributes(info, out));
  TRY(info.expect_end("request attributes"));
  const Extension* const names = find_extension(out.extensions, kSubjectAltNameOid);
  if (names != nullptr) out.subject_alt_names = TRY(decode_subject_alt_names(names->value));
  return Done{};
}

template <typename T>
Result<std::optional<T>> decode_requested(const std::vector<Extension>& extensions, std::string_view oid,
                                          Result<T> (*decode)(std::string_view)) {
  const Extension* const found = find_extension(extensions, oid);
  if (found == nullptr) return std::optional<T>();
  return std::optional<T>(TRY(decode(found->value)));
}

}  // namespace

Result<Csr> Csr::parse_der(std::string_view bytes) {
  auto out = std::make_shared<Impl>();
  out->der = bytes;
  der::Reader reader(TRY(der::whole_content(bytes, der::kSequence, "certificate request")));
  out->to_be_signed = TRY(reader.element(der::kSequence, "certificate request")).whole;
  out->signature.algorithm = TRY(reader.element(der::kSequence, "request signature algorithm")).whole;
  TRY(check_algorithm_identifier(out->signature.algorithm));
  out->signature.bits =
      TRY(der::decode_octets_in_bits(TRY(reader.content(der::kBitString, "request signature"))));
  TRY(reader.expect_end("request signature"));
  TRY(read_info(*out));
  return Csr(std::move(out));
}

Result<Csr> Csr::parse_pem(std::string_view pem, const PemLimits& limits) {
  TRY(check_pem_size(pem, limits.certificate, "certificate request"));
  const auto block = PemReader(pem).next();
  if (!block) return Error{Code::Invalid, "no PEM block found in the certificate request"};
  return parse_der(block->bytes);
}

const std::string& Csr::der() const { return impl_->der; }
std::string Csr::to_pem() const { return encode_pem("CERTIFICATE REQUEST", impl_->der); }
const std::string& Csr::raw_subject() const { return impl_->raw_subject; }
const DistinguishedName& Csr::subject() const { return impl_->subject; }
const std::optional<PublicKey>& Csr::public_key() const { return impl_->public_key; }
const SubjectAltNames& Csr::subject_alt_names() const { return impl_->subject_alt_names; }
const std::vector<Extension>& Csr::extensions() const { return impl_->extensions; }

Status Csr::verify_signature() const {
  if (!impl_->public_key)
    return Error{Code::Invalid, "certificate request has a key of an unknown algorithm"};
  return pki::verify_signature(impl_->signature, impl_->to_be_signed, *impl_->public_key, Sha1::Accept);
}

Result<std::optional<BasicConstraints>> Csr::basic_constraints() const {
  return decode_requested(impl_->extensions, kBasicConstraintsOid, decode_basic_constraints);
}

Result<std::optional<KeyUsage>> Csr::key_usage() const {
  return decode_requested(impl_->extensions, kKeyUsageOid, decode_key_usage);
}

Result<std::optional<std::vector<std::string>>> Csr::extended_key_usages() const {
  return decode_requested(impl_->extensions, kExtendedKeyUsageOid, decode_extended_key_usage);
}

Result<std::optional<NameConstraints>> Csr::name_constraints() const {
  auto found = TRY(decode_requested(impl_->extensions, kNameConstraintsOid, decode_name_constraints));
  if (found) found->critical = find_extension(impl_->extensions, kNameConstraintsOid)->critical;
  return found;
}

}  // namespace cw::pki
