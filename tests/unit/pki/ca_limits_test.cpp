// What a CA certificate forbids its CA to sign.
#include "lib/pki/ca_limits.h"

#include <optional>
#include <string>

#include <catch2/catch.hpp>

#include "lib/pki/signer.h"
#include "tests/unit/pki/fixtures.h"

namespace {

using namespace cw;             // tests only
using namespace cw::pki;        // tests only
using namespace cw::pki::test;  // tests only

CertificateTemplate named(const std::string& name) {
  CertificateTemplate wanted;
  wanted.not_before = kNow;
  wanted.not_after = kNow + std::chrono::hours(24);
  wanted.raw_subject = *encode_subject({.common_name = name});
  return wanted;
}

Certificate made(const CertificateTemplate& wanted) {
  const auto certificate = self_sign(wanted, ecdsa_key());
  REQUIRE(certificate);
  return *certificate;
}

Certificate ca_with(const NameConstraints& limits) {
  auto wanted = named("ca");
  wanted.basic_constraints.is_ca = true;
  wanted.name_constraints =
      Extension{std::string(kNameConstraintsOid), limits.critical, *encode_name_constraints(limits)};
  return made(wanted);
}

Certificate ca_with_path_length(std::optional<int> length) {
  auto wanted = named("ca");
  wanted.basic_constraints = {true, length};
  return made(wanted);
}

Certificate leaf_with(const SubjectAltNames& names) {
  auto wanted = named("leaf");
  wanted.subject_alt_name =
      Extension{std::string(kSubjectAltNameOid), false, *encode_subject_alt_names(names)};
  return made(wanted);
}

std::string refusal(const Certificate& ca, const Certificate& leaf) {
  const auto judged = check_ca_limits(ca, leaf);
  return judged ? std::string() : judged.error().message;
}

}  // namespace

TEST_CASE("CA limits: path length 0 forbids CA certificates, not leaves", "[ca_limits]") {
  const auto leaf = leaf_with({.dns_names = {"a.example.com"}});
  const auto lower_ca = ca_with_path_length(std::nullopt);
  CHECK(refusal(ca_with_path_length(0), leaf).empty());
  CHECK_THAT(refusal(ca_with_path_length(0), lower_ca), Catch::Contains("path length of the CA is 0"));
  CHECK(refusal(ca_with_path_length(1), lower_ca).empty());
  CHECK(refusal(ca_with_path_length(std::nullopt), lower_ca).empty());
}

TEST_CASE("CA limits: a name outside the constraints is named with the constraint", "[ca_limits]") {
  const bool critical = GENERATE(true, false);  // verifiers do not ask
  const auto ca = ca_with({.critical = critical,
                           .permitted = {.dns_domains = {"example.com"},
                                         .ip_ranges = {*parse_cidr("10.0.0.0/8")},
                                         .email_addresses = {"example.com"},
                                         .uri_domains = {"example.com"}},
                           .excluded = {.dns_domains = {"secret.example.com"}}});
  CHECK(refusal(ca, leaf_with({.dns_names = {"a.example.com", "*.b.example.com"},
                               .email_addresses = {"me@example.com"},
                               .ip_addresses = {*parse_ip("10.1.2.3")},
                               .uris = {"https://example.com/x"}}))
            .empty());
  CHECK_THAT(refusal(ca, leaf_with({.dns_names = {"a.example.com", "a.example.org"}})),
             Catch::Contains("DNS name \"a.example.org\"") && Catch::Contains("permit only \"example.com\""));
  CHECK_THAT(refusal(ca, leaf_with({.dns_names = {"x.secret.example.com"}})),
             Catch::Contains("exclude \"secret.example.com\""));
  CHECK_THAT(refusal(ca, leaf_with({.ip_addresses = {*parse_ip("192.168.1.1")}})),
             Catch::Contains("IP address 192.168.1.1") && Catch::Contains("10.0.0.0/8"));
  CHECK_THAT(refusal(ca, leaf_with({.email_addresses = {"me@example.org"}})),
             Catch::Contains("email address \"me@example.org\""));
  CHECK_THAT(refusal(ca, leaf_with({.uris = {"spiffe://example.org/x"}})),
             Catch::Contains("URI \"spiffe://example.org/x\""));
}

TEST_CASE("CA limits: kinds of names that no constraint speaks of pass", "[ca_limits]") {
  const auto ca = ca_with({.critical = true, .permitted = {.dns_domains = {"example.com"}}, .excluded = {}});
  CHECK(refusal(ca, leaf_with({.ip_addresses = {*parse_ip("192.168.1.1")}, .uris = {"spiffe://td/x"}}))
            .empty());
  CHECK(refusal(ca, made(named("no names at all"))).empty());
}

TEST_CASE("CA limits: constraints that cannot be read are left to the verifier", "[ca_limits]") {
  auto wanted = named("ca");
  wanted.basic_constraints.is_ca = true;
  wanted.name_constraints = Extension{std::string(kNameConstraintsOid), true, bytes("30 00")};
  CHECK(refusal(made(wanted), leaf_with({.dns_names = {"a.example.com"}})).empty());
}
