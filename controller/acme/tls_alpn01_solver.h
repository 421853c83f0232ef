// TlsAlpn01Solver: answers TLS-ALPN-01 challenges (RFC 8737) from this process, by the certificates that
// http::AcmeTlsServer takes from here. They are lost with the process; check makes them again. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "controller/acme/self_check.h"
#include "controller/acme/solver.h"
#include "lib/base/clock.h"
#include "lib/http/acme_tls.h"
#include "lib/pki/private_key.h"

namespace cw::controller::acme {

class TlsAlpn01Solver final : public ChallengeSolver {
 public:
  // Asks as the CA will; http::ask_acme_tls but in tests.
  using Ask = std::function<Result<std::string>(const http::AcmeTlsQuestion&)>;
  struct Options {
    Resolve resolve;  // from a name to the addresses at which the CA will ask
    int port = 443;   // at which it will
    std::size_t max_names = 10'000;
    Ask ask = http::ask_acme_tls;
  };

  // `keys` and `clock` must outlive it.
  TlsAlpn01Solver(Options options, pki::KeyMaker& keys, const Clock& clock)
      : options_(std::move(options)), keys_(keys), clock_(clock) {}

  Status present(const api::Challenge&, const SolverScope&) override;
  Result<Visibility> check(const api::Challenge&, const SolverScope&) override;
  Status clean_up(const api::Challenge&, const SolverScope&) override;

  // For http::AcmeTlsServer. Null if there is none.
  std::shared_ptr<const http::TlsIdentity> find(const std::string& server_name) const;

 private:
  struct Shown {
    std::string key;  // the key authorization that it is for
    std::string der;
    std::shared_ptr<const http::TlsIdentity> identity;
  };
  Result<Shown> make(const api::Challenge&) const;
  Visibility look(const api::Challenge&, const std::string& expected_der) const;

  const Options options_;
  pki::KeyMaker& keys_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Shown> shown_;  // by server name
};

}  // namespace cw::controller::acme
