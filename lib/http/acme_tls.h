// TLS with the protocol "acme-tls/1" (RFC 8737 §3): a listener that shows a certificate to the CA and says
// nothing after it, and the question that the CA asks.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "lib/base/result.h"
#include "lib/http/tls_identity.h"

namespace cw::http {

// By server name, in lower case; null: nobody is known by it, and the handshake fails.
using FindIdentity = std::function<std::shared_ptr<const TlsIdentity>(const std::string& server_name)>;

struct AcmeTlsOptions {
  std::string address = {};                   // "", "0.0.0.0" or "::": all, IPv6 included
  int port = 0;                               // 0: any free one
  std::size_t max_connections = 256;          // at once; more wait in the accept queue
  std::chrono::milliseconds patience{10000};  // of one handshake
};

// One thread serves all connections. A client that does not offer acme-tls/1 is turned away.
class AcmeTlsServer {
 public:
  AcmeTlsServer(AcmeTlsOptions, FindIdentity);
  AcmeTlsServer(const AcmeTlsServer&) = delete;
  AcmeTlsServer& operator=(const AcmeTlsServer&) = delete;
  ~AcmeTlsServer();  // stops

  // The port. Unavailable: it is taken.
  Result<int> start();
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct AcmeTlsQuestion {
  std::string address;  // in numbers
  int port = 443;
  std::string server_name;
  std::chrono::milliseconds timeout{10000};
};
// The certificate that is shown, in DER. Nothing of it is verified. Unavailable: none, or another protocol.
Result<std::string> ask_acme_tls(const AcmeTlsQuestion&);

}  // namespace cw::http
