#include "lib/http/tls_identity.h"

#include <catch2/catch.hpp>

#include "tests/unit/http/test_tls.h"

using cw::Code;
using cw::http::TlsIdentity;
using cw::http::test::TestCa;

TEST_CASE("an identity takes a chain with its key") {
  const TestCa ca;
  const auto pair = ca.server();
  const auto identity = TlsIdentity::from_pem(pair.certificate + ca.pem(), pair.key);
  REQUIRE(identity);
  CHECK((*identity)->has_certificate());
}

TEST_CASE("an identity refuses what does not parse or does not belong together") {
  const TestCa ca;
  const auto pair = ca.server();
  const auto other = ca.server();
  CHECK_FALSE(TlsIdentity::from_pem("", pair.key));
  CHECK_FALSE(TlsIdentity::from_pem(pair.certificate, ""));
  CHECK_FALSE(TlsIdentity::from_pem(pair.certificate, other.key));
  CHECK_FALSE(TlsIdentity::from_pem(pair.key, pair.key));
  CHECK_FALSE(TlsIdentity::from_pem(pair.certificate, pair.certificate));
  const std::string broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  CHECK_FALSE(TlsIdentity::from_pem(pair.certificate + broken, pair.key));
  CHECK(TlsIdentity::from_pem(broken, pair.key).error().code == Code::Invalid);
}

TEST_CASE("a failed replacement leaves the old pair in use") {
  const TestCa ca;
  const auto pair = ca.server();
  const auto identity = TlsIdentity::empty();
  CHECK_FALSE(identity->has_certificate());
  CHECK(identity->replace(pair.certificate, pair.key));
  CHECK_FALSE(identity->replace("nonsense", pair.key));
  CHECK(identity->has_certificate());
}
