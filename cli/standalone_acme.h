// StandaloneAcme: how standalone answers ACME challenges: HTTP-01 and TLS-ALPN-01 from this process, on ports
// of its own; the rest as any controller does. Thread-safe but for start and stop.
#pragma once

#include <memory>

#include "controller/acme_options.h"
#include "controller/acme_world.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/pki/private_key.h"

namespace cw::cli {

struct AnswererOptions {
  int http01_port = 0;              // 0: HTTP-01 challenges cannot be answered
  int tls_alpn01_port = 0;          // 0: nothing is answered by TLS-ALPN-01
  int tls_alpn01_check_port = 443;  // where the CA will ask
  std::string address;              // empty: all
};

class StandaloneAcme {
 public:
  // Clock and key maker must outlive it.
  StandaloneAcme(const controller::AcmeOptions&, const AnswererOptions&, const Clock&, pki::KeyMaker&);
  StandaloneAcme(const StandaloneAcme&) = delete;
  StandaloneAcme& operator=(const StandaloneAcme&) = delete;
  ~StandaloneAcme();

  // Unavailable: a port is taken, or not ours to take.
  Status start();
  void stop();
  const controller::AcmeWorld& world() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cw::cli
