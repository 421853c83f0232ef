// TlsIdentity: the key and certificate chain with which a server or client shows itself. Can be exchanged
// while in use: connections made after replace() see the new pair. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace cw::http {

enum class TlsVersion : std::uint8_t { Tls12, Tls13 };

class TlsIdentity {
 public:
  // Invalid if either does not parse or they do not belong together.
  static Result<std::shared_ptr<TlsIdentity>> from_pem(std::string_view certificate_chain,
                                                       std::string_view private_key);
  // Without a certificate yet: handshakes fail until replace() has succeeded.
  static std::shared_ptr<TlsIdentity> empty();

  Status replace(std::string_view certificate_chain, std::string_view private_key);
  bool has_certificate() const;
  // When the leaf's life ends; nullopt while there is none.
  std::optional<TimePoint> not_after() const;

  TlsVersion minimum_version = TlsVersion::Tls12;  // set before the server starts
  std::vector<std::string> cipher_suites = {};     // TLS 1.2 OpenSSL names; empty = ECDHE with AEAD only

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit TlsIdentity(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
};

}  // namespace cw::http
