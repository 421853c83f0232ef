// Certificates for the tests of lib/http, made anew in each run.
#pragma once

#include <memory>
#include <string>

#include "lib/http/tls_identity.h"
#include "lib/pki/serving.h"

namespace cw::http::test {

struct PemPair {
  std::string certificate;
  std::string key;
};

class TestCa {
 public:
  explicit TestCa(const std::string& name = "test-ca");
  const std::string& pem() const { return pem_; }
  // For 127.0.0.1 and localhost.
  PemPair server(const std::string& common_name = "server") const;
  PemPair client(const std::string& common_name, const std::vector<std::string>& organizations) const;
  std::shared_ptr<TlsIdentity> identity() const;

 private:
  pki::KeyPair pair_;
  std::string pem_;
};

}  // namespace cw::http::test
