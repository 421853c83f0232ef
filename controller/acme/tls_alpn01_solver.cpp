#include "controller/acme/tls_alpn01_solver.h"

#include "lib/pki/tls_alpn.h"

namespace cw::controller::acme {

Result<TlsAlpn01Solver::Shown> TlsAlpn01Solver::make(const api::Challenge& challenge) const {
  const auto& spec = challenge.spec;
  const pki::KeyPair pair = TRY(pki::make_tls_alpn_pair(spec.dns_name, spec.key, keys_, clock_.now()));
  const SecretBytes key = TRY(pair.key_pem());
  auto identity = TRY(http::TlsIdentity::from_pem(pair.certificate_pem(), key.reveal()));
  return Shown{.key = spec.key, .der = std::string(pair.certificate.der()), .identity = std::move(identity)};
}

Status TlsAlpn01Solver::present(const api::Challenge& challenge, const SolverScope& /*unused*/) {
  const std::string name = pki::tls_alpn_server_name(challenge.spec.dns_name);
  {
    const std::scoped_lock lock(mutex_);
    const auto found = shown_.find(name);
    if (found != shown_.end() && found->second.key == challenge.spec.key) return Done{};
    if (found == shown_.end() && shown_.size() >= options_.max_names) {
      return Error{Code::Unavailable, "there are " + std::to_string(options_.max_names) +
                                          " answers up already; this one has to wait"};
    }
  }
  Shown made = TRY(make(challenge));
  const std::scoped_lock lock(mutex_);
  shown_.insert_or_assign(name, std::move(made));
  return Done{};
}

std::shared_ptr<const http::TlsIdentity> TlsAlpn01Solver::find(const std::string& server_name) const {
  const std::scoped_lock lock(mutex_);
  const auto found = shown_.find(server_name);
  return found == shown_.end() ? nullptr : found->second.identity;
}

Visibility TlsAlpn01Solver::look(const api::Challenge& challenge, const std::string& expected_der) const {
  const std::string& name = challenge.spec.dns_name;
  const auto addresses = options_.resolve(name);
  if (!addresses) return {.reason = addresses.error().message, .look_again = {}};
  std::string seen = addresses->empty() ? "the name " + name + " has no address" : "";
  for (const std::string& address : *addresses) {
    const auto leaf = options_.ask(
        {.address = address, .port = options_.port, .server_name = pki::tls_alpn_server_name(name)});
    if (leaf && *leaf == expected_der) return {.visible = true, .look_again = {}};
    if (leaf) return {.reason = address + " shows another certificate for " + name, .look_again = {}};
    seen += (seen.empty() ? "" : "; ") + leaf.error().message;
  }
  return {.reason = seen, .look_again = {}};
}

Result<Visibility> TlsAlpn01Solver::check(const api::Challenge& challenge, const SolverScope& scope) {
  TRY(present(challenge, scope));
  std::string expected;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = shown_.find(pki::tls_alpn_server_name(challenge.spec.dns_name));
    if (found != shown_.end()) expected = found->second.der;
  }
  Visibility seen = look(challenge, expected);
  if (!seen.visible) seen.look_again = next_look(challenge.status.presented_at, clock_.now());
  return seen;
}

Status TlsAlpn01Solver::clean_up(const api::Challenge& challenge, const SolverScope& /*unused*/) {
  const std::scoped_lock lock(mutex_);
  const auto found = shown_.find(pki::tls_alpn_server_name(challenge.spec.dns_name));
  if (found != shown_.end() && found->second.key == challenge.spec.key) shown_.erase(found);
  return Done{};
}

}  // namespace cw::controller::acme
