#include "controller/issuers/acme_registration.h"

#include <catch2/catch.hpp>

#include "lib/base/encoding.h"
#include "tests/unit/controller/views.h"

namespace {

using namespace cw;                       // tests only
using namespace cw::controller::issuers;  // tests only
using cw::controller::tests::test_key;

api::Issuer registered_issuer(const std::string& hash) {
  api::Issuer issuer;
  auto& acme = issuer.spec.acme.emplace();
  acme.server = "https://acme.example.com/directory";
  acme.email = "ops@example.com";
  issuer.status.acme = api::AcmeIssuerStatus{.uri = "https://acme.example.com/account/1",
                                             .last_registered_email = "ops@example.com",
                                             .last_private_key_hash = hash};
  issuer.status.conditions = {kube::Condition{.type = "Ready",
                                              .status = "True",
                                              .last_transition_time = {},
                                              .reason = "ACMEAccountRegistered",
                                              .message = "",
                                              .observed_generation = 1}};
  return issuer;
}

}  // namespace

TEST_CASE("an account is asked about only if server, address, key or readiness differ", "[acme-account]") {
  const auto same = registered_issuer("hash");
  CHECK(is_registered(same, "hash"));
  CHECK_FALSE(is_registered(same, "another"));
  auto other = same;
  other.spec.acme->email = "new@example.com";
  CHECK_FALSE(is_registered(other, "hash"));
  other = same;
  other.spec.acme->server = "https://other.example.com/directory";
  CHECK_FALSE(is_registered(other, "hash"));
  CHECK(known_account(*other.spec.acme, other.status.acme).empty());
  other = same;
  other.status.conditions = {};
  CHECK_FALSE(is_registered(other, "hash"));
  other = same;
  other.status.acme.reset();
  CHECK_FALSE(is_registered(other, "hash"));
  other = same;
  other.spec.acme->server = "https://ACME.example.com/another/directory";
  CHECK(known_account(*other.spec.acme, other.status.acme) == "https://acme.example.com/account/1");
}

TEST_CASE("the contact of an account is in lower case, and none without an address", "[acme-account]") {
  CHECK(account_contact("").empty());
  CHECK(account_contact("Ops@Example.com") == std::vector<std::string>{"mailto:ops@example.com"});
}

TEST_CASE("Let's Encrypt's old servers are known with and without a slash", "[acme-account]") {
  CHECK(is_acme_v1_server("https://acme-v01.api.letsencrypt.org/directory"));
  CHECK(is_acme_v1_server("https://acme-staging.api.letsencrypt.org/directory/"));
  CHECK_FALSE(is_acme_v1_server("https://acme-v02.api.letsencrypt.org/directory"));
  CHECK_FALSE(is_acme_v1_server("not a URL"));
}

TEST_CASE("a binding key is read in either alphabet, padded or not, with a line break behind it",
          "[acme-account]") {
  const std::string bytes = "\xfb\xff\xfe key";
  for (const auto& text : {encode_base64url(bytes), encode_base64(bytes), encode_base64url(bytes) + "=\n"}) {
    INFO(text);
    const auto decoded = decode_binding_key(text);
    REQUIRE(decoded);
    CHECK(*decoded == bytes);
  }
  CHECK_FALSE(decode_binding_key(""));
  CHECK_FALSE(decode_binding_key("no base64!"));
}

TEST_CASE("the hash of a key is that of its DER, in base64", "[acme-account]") {
  const auto hash = private_key_hash(test_key());
  REQUIRE(hash);
  CHECK(decode_base64(*hash)->size() == 32);
  CHECK(*hash == *private_key_hash(test_key()));
  CHECK_FALSE(*hash == *private_key_hash(test_key(1)));
}
