#include "lib/pki/serving.h"

#include <catch2/catch.hpp>

#include "tests/unit/pki/fixtures.h"

using namespace cw;
using namespace cw::pki;
using test::kNow;

TEST_CASE("serving: the CA is what a dynamic authority stores", "[pki]") {
  SystemKeyMaker keys;
  const auto ca = make_ca({.common_name = "cert-manager-webhook-ca"}, keys, kNow);
  REQUIRE(ca.has_value());
  CHECK(ca->certificate.common_name() == "cert-manager-webhook-ca");
  CHECK(ca->certificate.is_self_signed());
  CHECK(ca->certificate.key_usage() == (kDigitalSignature | kKeyEncipherment | kCertSign));
  CHECK(ca->certificate.not_after() == kNow + std::chrono::hours(24 * 365));
  CHECK(ca->key.size() == 384);
  const auto stored = parse_key_pair(ca->certificate_pem(), ca->key_pem()->reveal());
  REQUIRE(stored.has_value());
  CHECK(stored->certificate == ca->certificate);
}

TEST_CASE("serving: a leaf has its names and never outlives its CA", "[pki]") {
  SystemKeyMaker keys;
  const auto ca = make_ca({.common_name = "ca", .lifetime = std::chrono::hours(10)}, keys, kNow);
  const LeafOptions options{
      .subject = {.organizations = {"system:masters"}, .common_name = "admin"},
      .dns_names = {"localhost"},
      .ip_addresses = {"127.0.0.1", "::1"},
      .extended_key_usages = {std::string(kServerAuthOid), std::string(kClientAuthOid)}};
  const auto leaf = make_leaf(*ca, options, keys, kNow + std::chrono::hours(1));
  REQUIRE(leaf.has_value());
  CHECK(leaf->certificate.is_issued_by(ca->certificate));
  CHECK(leaf->certificate.not_after() == ca->certificate.not_after());
  CHECK(text_of(leaf->certificate.subject()) == "CN=admin,O=system:masters");
  CHECK(leaf->certificate.subject_alt_names().ip_addresses.size() == 2);
  CHECK(leaf->certificate.extended_key_usages() == options.extended_key_usages);
  CHECK_FALSE(leaf->certificate.is_ca());
}

TEST_CASE("serving: an expired CA, a bad address and a wrong pair are refused", "[pki]") {
  SystemKeyMaker keys;
  const auto ca = make_ca({.common_name = "ca", .lifetime = std::chrono::hours(1)}, keys, kNow);
  CHECK_FALSE(make_leaf(*ca, {}, keys, kNow + std::chrono::hours(1)).has_value());
  CHECK_FALSE(make_leaf(*ca, {.ip_addresses = {"localhost"}}, keys, kNow).has_value());
  const auto other = make_ca({.common_name = "ca"}, keys, kNow);
  CHECK_FALSE(parse_key_pair(ca->certificate_pem(), other->key_pem()->reveal()).has_value());
  CHECK_FALSE(parse_key_pair("", other->key_pem()->reveal()).has_value());
}
