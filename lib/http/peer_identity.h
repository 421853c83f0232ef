// PeerIdentity: who the client certificate says the peer is; only made from a certificate that was verified
// against the client CA.
#pragma once

#include <string>
#include <vector>

namespace cw::http {

struct PeerIdentity {
  std::string common_name;                 // the Kubernetes user
  std::vector<std::string> organizations;  // the Kubernetes groups
  std::vector<std::string> dns_names;
  std::string fingerprint = {};  // SHA-256 of the certificate, in hex
  bool operator==(const PeerIdentity&) const = default;
};

}  // namespace cw::http
