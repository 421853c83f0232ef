#include "lib/pki/certificate.h"

#include "lib/pki/der.h"
#include "lib/pki/der_time.h"
#include "lib/pki/extension_list.h"
#include "lib/pki/signature.h"

namespace cw::pki {

struct Certificate::Impl {
  std::string der;
  std::string to_be_signed;
  Signature signature;
  int version = 1;
  std::string serial_der;
  std::string serial;
  std::string raw_issuer;
  std::string raw_subject;
  DistinguishedName issuer;
  DistinguishedName subject;
  TimePoint not_before;
  TimePoint not_after;
  std::optional<PublicKey> public_key;
  std::vector<Extension> extensions;
  SubjectAltNames subject_alt_names;
  std::optional<BasicConstraints> basic_constraints;
  std::optional<KeyUsage> key_usage;
  std::vector<std::string> extended_key_usages;
  std::string subject_key_id;
  std::string authority_key_id;
};

namespace {

using Impl = Certificate::Impl;

constexpr int kVersion3 = 3;

Status read_version(der::Reader& tbs, Impl& out) {
  if (!tbs.next_is(der::constructed(0))) return Done{};
  der::Reader inside = TRY(tbs.enter(der::constructed(0), "certificate version"));
  const auto version =
      TRY(der::decode_small_integer(TRY(inside.content(der::kInteger, "certificate version"))));
  if (version < 0 || version >= kVersion3) return Error{Code::Invalid, "unknown certificate version"};
  out.version = static_cast<int>(version) + 1;
  return inside.expect_end("certificate version");
}

Status read_serial(der::Reader& tbs, Impl& out) {
  const std::string_view content =
      TRY(der::decode_integer(TRY(tbs.content(der::kInteger, "certificate serial number"))));
  if ((static_cast<unsigned char>(content.front()) & 0x80U) != 0) {
    return Error{Code::Invalid, "certificate serial number is negative"};
  }
  out.serial_der = content;
  const std::size_t start = content.find_first_not_of('\0');
  out.serial = start == std::string_view::npos ? std::string_view() : content.substr(start);
  return Done{};
}

Status read_validity(der::Reader& tbs, Impl& out) {
  der::Reader validity = TRY(tbs.enter(der::kSequence, "certificate validity"));
  out.not_before = TRY(der::decode_time(TRY(validity.element("start of validity"))));
  out.not_after = TRY(der::decode_time(TRY(validity.element("end of validity"))));
  return validity.expect_end("certificate validity");
}

Status read_name(der::Reader& tbs, std::string_view what, std::string& raw, DistinguishedName& name) {
  raw = TRY(tbs.element(der::kSequence, what)).whole;
  name = TRY(parse_name(raw));
  return Done{};
}

// A well-formed key of an unknown algorithm is no error: such a certificate can still be carried along.
Status read_public_key(der::Reader& tbs, Impl& out) {
  auto key = PublicKey::parse_spki(TRY(tbs.element(der::kSequence, "certificate public key")).whole);
  if (key) {
    out.public_key = std::move(key).value();
  } else if (key.error().code != Code::NotFound) {
    return std::move(key).error();
  }
  return Done{};
}

Status skip_unique_ids(der::Reader& tbs) {
  for (const unsigned number : {1U, 2U}) {
    if (tbs.next_is(der::primitive(number))) TRY(tbs.element("unique identifier"));
  }
  return Done{};
}

Status read_extensions(der::Reader& tbs, Impl& out) {
  TRY(skip_unique_ids(tbs));
  if (!tbs.next_is(der::constructed(3))) return Done{};
  if (out.version != kVersion3)
    return Error{Code::Invalid, "extensions in a certificate that is not version 3"};
  der::Reader tagged = TRY(tbs.enter(der::constructed(3), "certificate extensions"));
  TRY(decode_extension_list(TRY(tagged.content(der::kSequence, "certificate extensions")), out.extensions));
  return tagged.expect_end("certificate extensions");
}

Status interpret(const Extension& extension, Impl& out) {
  if (extension.oid == kSubjectAltNameOid) {
    out.subject_alt_names = TRY(decode_subject_alt_names(extension.value));
  } else if (extension.oid == kBasicConstraintsOid) {
    out.basic_constraints = TRY(decode_basic_constraints(extension.value));
  } else if (extension.oid == kKeyUsageOid) {
    out.key_usage = TRY(decode_key_usage(extension.value));
  } else if (extension.oid == kExtendedKeyUsageOid) {
    out.extended_key_usages = TRY(decode_extended_key_usage(extension.value));
  } else if (extension.oid == kSubjectKeyIdOid) {
    out.subject_key_id = TRY(decode_subject_key_id(extension.value));
  } else if (extension.oid == kAuthorityKeyIdOid) {
    out.authority_key_id = TRY(decode_authority_key_id(extension.value));
  }
  return Done{};
}

// RFC 5280 §4.1.1.2: the algorithm stands inside and outside of what is signed, and must be the same.
Status read_to_be_signed(Impl& out) {
  der::Reader tbs(TRY(der::whole_content(out.to_be_signed, der::kSequence, "certificate")));
  TRY(read_version(tbs, out));
  TRY(read_serial(tbs, out));
  const der::Element algorithm = TRY(tbs.element(der::kSequence, "certificate signature algorithm"));
  if (algorithm.whole != out.signature.algorithm) {
    return Error{Code::Invalid, "certificate names two different signature algorithms"};
  }
  TRY(read_name(tbs, "certificate issuer", out.raw_issuer, out.issuer));
  TRY(read_validity(tbs, out));
  TRY(read_name(tbs, "certificate subject", out.raw_subject, out.subject));
  TRY(read_public_key(tbs, out));
  TRY(read_extensions(tbs, out));
  TRY(tbs.expect_end("certificate extensions"));
  for (const Extension& extension : out.extensions) TRY(interpret(extension, out));
  return Done{};
}

Result<std::vector<Certificate>> parse_all(std::string_view pem) {
  std::vector<Certificate> certificates;
  PemReader reader(pem);
  while (const auto block = reader.next()) certificates.push_back(TRY(Certificate::parse_der(block->bytes)));
  if (certificates.empty()) return Error{Code::Invalid, "no PEM certificate found"};
  return certificates;
}

}  // namespace

Result<Certificate> Certificate::parse_der(std::string_view bytes) {
  auto out = std::make_shared<Impl>();
  out->der = bytes;
  der::Reader reader(TRY(der::whole_content(bytes, der::kSequence, "certificate")));
  out->to_be_signed = TRY(reader.element(der::kSequence, "certificate")).whole;
  out->signature.algorithm = TRY(reader.element(der::kSequence, "certificate signature algorithm")).whole;
  TRY(check_algorithm_identifier(out->signature.algorithm));
  out->signature.bits =
      TRY(der::decode_octets_in_bits(TRY(reader.content(der::kBitString, "certificate signature"))));
  TRY(reader.expect_end("certificate signature"));
  TRY(read_to_be_signed(*out));
  return Certificate(std::move(out));
}

Result<Certificate> Certificate::parse_pem(std::string_view pem, const PemLimits& limits) {
  return TRY(parse_bundle(pem, limits)).front();
}

Result<std::vector<Certificate>> Certificate::parse_chain(std::string_view pem, const PemLimits& limits) {
  TRY(check_pem_size(pem, limits.chain, "certificate chain"));
  return parse_all(pem);
}

Result<std::vector<Certificate>> Certificate::parse_bundle(std::string_view pem, const PemLimits& limits) {
  TRY(check_pem_size(pem, limits.bundle, "certificate bundle"));
  return parse_all(pem);
}

const std::string& Certificate::der() const { return impl_->der; }
std::string Certificate::to_pem() const { return encode_pem("CERTIFICATE", impl_->der); }
const std::string& Certificate::serial() const { return impl_->serial; }
const std::string& Certificate::serial_der() const { return impl_->serial_der; }
const std::string& Certificate::raw_subject() const { return impl_->raw_subject; }
const std::string& Certificate::raw_issuer() const { return impl_->raw_issuer; }
const DistinguishedName& Certificate::subject() const { return impl_->subject; }
const DistinguishedName& Certificate::issuer() const { return impl_->issuer; }
TimePoint Certificate::not_before() const { return impl_->not_before; }
TimePoint Certificate::not_after() const { return impl_->not_after; }
const SubjectAltNames& Certificate::subject_alt_names() const { return impl_->subject_alt_names; }
bool Certificate::is_ca() const { return impl_->basic_constraints && impl_->basic_constraints->is_ca; }
std::optional<int> Certificate::path_length() const {
  return impl_->basic_constraints ? impl_->basic_constraints->path_length : std::nullopt;
}
std::optional<KeyUsage> Certificate::key_usage() const { return impl_->key_usage; }
const std::vector<std::string>& Certificate::extended_key_usages() const {
  return impl_->extended_key_usages;
}
const std::string& Certificate::subject_key_id() const { return impl_->subject_key_id; }
const std::string& Certificate::authority_key_id() const { return impl_->authority_key_id; }
const std::vector<Extension>& Certificate::extensions() const { return impl_->extensions; }
const std::optional<PublicKey>& Certificate::public_key() const { return impl_->public_key; }
bool Certificate::matches(const PublicKey& key) const { return impl_->public_key == key; }

bool Certificate::is_signed_by(const Certificate& issuer) const {
  const Impl& parent = *issuer.impl_;
  const bool may_be_ca =
      parent.basic_constraints ? parent.basic_constraints->is_ca : parent.version != kVersion3;
  const KeyUsage usage = parent.key_usage.value_or(0);
  if (!may_be_ca || (usage != 0 && (usage & kCertSign) == 0) || !parent.public_key) return false;
  return verify_signature(impl_->signature, impl_->to_be_signed, *parent.public_key, Sha1::Refuse)
      .has_value();
}

bool Certificate::is_issued_by(const Certificate& issuer) const {
  return raw_issuer() == issuer.raw_subject() && is_signed_by(issuer);
}

bool Certificate::operator==(const Certificate& other) const { return impl_->der == other.impl_->der; }

std::string to_pem(const std::vector<Certificate>& certificates) {
  std::string out;
  for (const Certificate& certificate : certificates) out += certificate.to_pem();
  return out;
}

}  // namespace cw::pki
