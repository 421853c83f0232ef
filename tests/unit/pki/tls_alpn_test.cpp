#include "lib/pki/tls_alpn.h"

#include <catch2/catch.hpp>

#include "lib/base/encoding.h"
#include "lib/pki/digest.h"

using namespace cw;
using namespace cw::pki;

namespace {

constexpr TimePoint kNow{std::chrono::seconds(1767323045)};

Certificate made_for(std::string_view name) {
  SystemKeyMaker keys;
  auto pair = make_tls_alpn_pair(name, "tok.thumb", keys, kNow);
  if (!pair) FAIL(pair.error().message);
  return pair->certificate;
}

}  // namespace

TEST_CASE(
    "the certificate of TLS-ALPN-01 has the digest of the key authorization in a critical acmeIdentifier") {
  const Certificate certificate = made_for("www.example.com");
  const Extension* identifier = find_extension(certificate.extensions(), kAcmeIdentifierOid);
  REQUIRE(identifier != nullptr);
  CHECK(identifier->critical);
  CHECK(identifier->value == std::string("\x04\x20") + sha256("tok.thumb"));
  CHECK(certificate.not_before() < kNow);
  CHECK(certificate.not_after() > kNow);
}

TEST_CASE("it is for the one name or address alone") {
  const auto names_of = [](std::string_view name) {
    const Certificate certificate = made_for(name);
    return *decode_subject_alt_names(find_extension(certificate.extensions(), kSubjectAltNameOid)->value);
  };
  SubjectAltNames expected;
  expected.dns_names = {"www.example.com"};
  CHECK(names_of("www.example.com") == expected);
  expected = {};
  expected.ip_addresses = {*parse_ip("2001:db8::1")};
  CHECK(names_of("2001:db8::1") == expected);
}

TEST_CASE("an address is asked for by its reverse name") {
  CHECK(tls_alpn_server_name("WWW.example.com") == "www.example.com");
  CHECK(tls_alpn_server_name("192.0.2.1") == "1.2.0.192.in-addr.arpa");
  CHECK(tls_alpn_server_name("2001:db8::1") ==
        "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}
