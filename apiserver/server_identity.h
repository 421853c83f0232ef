// The certificates of a server: its own CA, kept in the data directory; a serving certificate and the
// administrator's client certificate, made anew at each start. ECDSA P-256, so that a start takes no time.
#pragma once

#include <string>

#include "apiserver/data_directory.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/base/secret.h"
#include "lib/pki/serving.h"

namespace cw::apiserver {

struct Credentials {
  std::string certificate_pem;
  SecretBytes key_pem;
};

struct ServerIdentity {
  std::string ca_pem;
  Credentials serving;
  Credentials administrator;  // of the group system:masters
};

// Without a directory nothing is kept. Unavailable if the kept CA cannot be read or has expired; the message
// says what to do.
Result<ServerIdentity> make_server_identity(const DataDirectory*, const std::string& address, pki::KeyMaker&,
                                            TimePoint now);

// A kubeconfig for the administrator of the server at that URL.
SecretBytes kubeconfig_text(const ServerIdentity&, const std::string& url);

}  // namespace cw::apiserver
