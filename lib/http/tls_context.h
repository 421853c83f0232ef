// The TLS settings of either side. TLS 1.2 and 1.3 only, ECDHE with AEAD only, ALPN http/1.1, no session
// tickets or caches: each connection proves itself anew. Thread-safe. Only lib/http includes this.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "lib/base/result.h"
#include "lib/http/openssl_handles.h"
#include "lib/http/peer_identity.h"
#include "lib/http/tls_identity.h"

namespace cw::http {

struct ClientVerification {
  std::string ca_pem;  // empty: no client certificate is asked for
  enum class Policy : std::uint8_t { Optional, Required } policy = Policy::Optional;
};

class ServerTls {
 public:
  // Invalid: the CA or a cipher suite does not parse. The identity may still be empty.
  static Result<std::unique_ptr<ServerTls>> create(std::shared_ptr<const TlsIdentity>, ClientVerification);

  // An accepting session with the identity as it is now; null if memory is short.
  SslHandle new_session();

 private:
  ServerTls(std::shared_ptr<const TlsIdentity> identity, ClientVerification clients)
      : identity_(std::move(identity)), clients_(std::move(clients)) {}
  Result<SslContextHandle> build_context() const;
  Status verify_clients(SSL_CTX&) const;
  void refresh();

  const std::shared_ptr<const TlsIdentity> identity_;
  const ClientVerification clients_;
  std::mutex mutex_;
  SslContextHandle context_;  // sessions keep their own reference
  std::uint64_t built_version_ = 0;
};

// Nothing unless the peer showed a certificate that the client CA vouches for.
std::optional<PeerIdentity> verified_peer(const SSL&);

struct ClientTlsSettings {
  std::string ca_pem = {};  // empty: the system's
  enum class Verify : std::uint8_t { Server, Nothing } verify = Verify::Server;
  std::string certificate_pem = {};
  std::string private_key_pem = {};
};

class ClientTls {
 public:
  static Result<std::unique_ptr<ClientTls>> create(const ClientTlsSettings&);
  // A connecting session that expects this name (or address in numbers) of the server.
  SslHandle new_session(const std::string& server_name) const;

 private:
  ClientTls(SslContextHandle context, ClientTlsSettings::Verify verify)
      : context_(std::move(context)), verify_(verify) {}
  const SslContextHandle context_;
  const ClientTlsSettings::Verify verify_;
};

// What both sides have in common; null if memory is short.
SslContextHandle new_tls_context(const SSL_METHOD*);

// Why the peer's certificate was not accepted, or what else broke the last operation, for people.
std::string describe_tls_failure(const SSL*);

}  // namespace cw::http
