#include "tests/unit/http/test_tls.h"

#include <catch2/catch.hpp>

#include "lib/base/clock.h"

namespace cw::http::test {
namespace {

pki::KeyPair must(Result<pki::KeyPair> made) {
  if (!made) FAIL(made.error().message);
  return std::move(made).value();
}

// The C library's time() may still be in the second before: what begins now would not be valid yet.
TimePoint a_minute_ago() { return SystemClock().now() - std::chrono::minutes(1); }

pki::KeyPair make_ca(const std::string& name) {
  pki::SystemKeyMaker keys;
  pki::CaOptions options{.common_name = name};
  options.key = {pki::KeyAlgorithm::Ecdsa, 256};
  return must(pki::make_ca(options, keys, a_minute_ago()));
}

PemPair make_leaf(const pki::KeyPair& ca, pki::LeafOptions options) {
  pki::SystemKeyMaker keys;
  options.key = {pki::KeyAlgorithm::Ecdsa, 256};
  const pki::KeyPair leaf = must(pki::make_leaf(ca, options, keys, a_minute_ago()));
  auto key = leaf.key_pem();
  if (!key) FAIL(key.error().message);
  return {.certificate = leaf.certificate_pem(), .key = std::string(key->reveal())};
}

}  // namespace

TestCa::TestCa(const std::string& name) : pair_(make_ca(name)), pem_(pair_.certificate_pem()) {}

PemPair TestCa::server(const std::string& common_name) const {
  pki::LeafOptions options;
  options.subject.common_name = common_name;
  options.dns_names = {"localhost"};
  options.ip_addresses = {"127.0.0.1"};
  options.extended_key_usages = {std::string(pki::kServerAuthOid)};
  return make_leaf(pair_, options);
}

PemPair TestCa::client(const std::string& common_name, const std::vector<std::string>& organizations) const {
  pki::LeafOptions options;
  options.subject.common_name = common_name;
  options.subject.organizations = organizations;
  options.dns_names = {"client.test"};
  options.extended_key_usages = {std::string(pki::kClientAuthOid)};
  return make_leaf(pair_, options);
}

std::shared_ptr<TlsIdentity> TestCa::identity() const {
  const PemPair pair = server();
  auto identity = TlsIdentity::from_pem(pair.certificate, pair.key);
  if (!identity) FAIL(identity.error().message);
  return std::move(identity).value();
}

}  // namespace cw::http::test
