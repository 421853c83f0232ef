// pki::Certificate: an immutable parsed X.509 v3 certificate. No OpenSSL type is visible here. Cheap to copy;
// thread-safe to read. Errors: Invalid, saying what in the bytes is wrong.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/pki/extensions.h"
#include "lib/pki/name.h"
#include "lib/pki/pem.h"
#include "lib/pki/public_key.h"

namespace cw::pki {

class Certificate {
 public:
  static Result<Certificate> parse_der(std::string_view der);
  // The first certificate of a chain; the rest is read too and must be well-formed (limits.chain).
  static Result<Certificate> parse_pem(std::string_view pem, const PemLimits& limits = {});
  // All CERTIFICATE blocks, in order; at least one; blocks of other types are Invalid (limits.chain).
  static Result<std::vector<Certificate>> parse_chain(std::string_view pem, const PemLimits& limits = {});
  // As parse_chain with limits.bundle, for CA bundles.
  static Result<std::vector<Certificate>> parse_bundle(std::string_view pem, const PemLimits& limits = {});

  const std::string& der() const;
  std::string to_pem() const;

  const std::string& serial() const;      // big-endian magnitude, no leading zero; empty = 0
  const std::string& serial_der() const;  // content of the INTEGER
  const std::string& raw_subject() const;
  const std::string& raw_issuer() const;
  const DistinguishedName& subject() const;
  const DistinguishedName& issuer() const;
  std::string common_name() const { return pki::common_name(subject()); }
  TimePoint not_before() const;
  TimePoint not_after() const;

  const SubjectAltNames& subject_alt_names() const;
  bool is_ca() const;  // basic constraints present and cA true
  std::optional<int> path_length() const;
  std::optional<KeyUsage> key_usage() const;                    // nullopt: no such extension
  const std::vector<std::string>& extended_key_usages() const;  // dotted OIDs, in order
  const std::string& subject_key_id() const;                    // empty if absent
  const std::string& authority_key_id() const;
  const std::vector<Extension>& extensions() const;  // all, name constraints among them

  // nullopt: a key of an algorithm that this program does not know.
  const std::optional<PublicKey>& public_key() const;
  bool matches(const PublicKey&) const;

  // The issuer may sign (CA, key usage cert sign or none) and its key verifies the signature; SHA-1 is
  // refused. Neither names nor dates are looked at. Go's CheckSignatureFrom.
  bool is_signed_by(const Certificate& issuer) const;
  // is_signed_by, and the issuer's subject is this issuer.
  bool is_issued_by(const Certificate& issuer) const;
  // A root. A self-signed certificate that is no CA is not one, as in the field.
  bool is_self_signed() const { return is_signed_by(*this); }
  bool operator==(const Certificate&) const;  // byte for byte

  struct Impl;

 private:
  explicit Certificate(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

// The PEM blocks one after the other.
std::string to_pem(const std::vector<Certificate>&);

}  // namespace cw::pki
