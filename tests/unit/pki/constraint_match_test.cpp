// The examples of RFC 5280 §4.2.1.10, and what Go's crypto/x509 tests.
#include "lib/pki/constraint_match.h"

#include <catch2/catch.hpp>

using namespace cw;  // tests only
using pki::ConstraintAnswer;
using pki::NameConstraints;

namespace {

NameConstraints permitted_dns(std::vector<std::string> domains) {
  NameConstraints constraints;
  constraints.permitted.dns_domains = std::move(domains);
  return constraints;
}

bool passes(ConstraintAnswer answer) { return answer == ConstraintAnswer::Passes; }

}  // namespace

TEST_CASE("constraints: a domain holds for itself and what is below", "[pki][constraints]") {
  const NameConstraints constraints = permitted_dns({"host.example.com"});
  CHECK(passes(pki::match_dns_name(constraints, "host.example.com")));
  CHECK(passes(pki::match_dns_name(constraints, "www.HOST.example.com")));
  CHECK(passes(pki::match_dns_name(constraints, "*.host.example.com")));
  CHECK_FALSE(passes(pki::match_dns_name(constraints, "host1.example.com")));
  CHECK_FALSE(passes(pki::match_dns_name(constraints, "badhost.example.com")));
  CHECK_FALSE(passes(pki::match_dns_name(constraints, "")));
}

TEST_CASE("constraints: a leading dot holds for what is below only, an empty one for all",
          "[pki][constraints]") {
  CHECK_FALSE(passes(pki::match_dns_name(permitted_dns({".example.com"}), "example.com")));
  CHECK(passes(pki::match_dns_name(permitted_dns({".example.com"}), "a.example.com")));
  CHECK(passes(pki::match_dns_name(permitted_dns({""}), "a.b")));
}

TEST_CASE("constraints: an exclusion beats a permission, and other kinds of names are free",
          "[pki][constraints]") {
  NameConstraints constraints = permitted_dns({"example.com"});
  constraints.excluded.dns_domains = {"secret.example.com"};
  CHECK(pki::match_dns_name(constraints, "a.secret.example.com") == ConstraintAnswer::Excluded);
  CHECK(pki::match_dns_name(constraints, "a.example.org") == ConstraintAnswer::NotPermitted);
  CHECK(passes(pki::match_email_address(constraints, "a@example.org")));
  CHECK(passes(pki::match_uri(constraints, "urn:x")));
}

TEST_CASE("constraints: addresses by range and by length", "[pki][constraints]") {
  NameConstraints constraints;
  constraints.permitted.ip_ranges = {pki::parse_cidr("192.168.0.0/16").value()};
  CHECK(passes(pki::match_ip_address(constraints, pki::parse_ip("192.168.5.1").value())));
  CHECK_FALSE(passes(pki::match_ip_address(constraints, pki::parse_ip("192.169.5.1").value())));
  CHECK_FALSE(passes(pki::match_ip_address(constraints, pki::parse_ip("fd00::1").value())));
}

TEST_CASE("constraints: mailboxes by host or whole, the local part to the letter", "[pki][constraints]") {
  NameConstraints constraints;
  constraints.permitted.email_addresses = {"root@example.com", "example.org"};
  CHECK(passes(pki::match_email_address(constraints, "root@EXAMPLE.com")));
  CHECK_FALSE(passes(pki::match_email_address(constraints, "Root@example.com")));
  CHECK(passes(pki::match_email_address(constraints, "any@example.org")));
  CHECK_FALSE(passes(pki::match_email_address(constraints, "no mailbox")));
}

TEST_CASE("constraints: URIs by host; one without a host name does not pass", "[pki][constraints]") {
  NameConstraints constraints;
  constraints.permitted.uri_domains = {"example.com"};
  CHECK(passes(pki::match_uri(constraints, "https://user@a.example.com:8443/x?y#z")));
  CHECK_FALSE(passes(pki::match_uri(constraints, "https://example.org/@example.com")));
  CHECK_FALSE(passes(pki::match_uri(constraints, "https://[fd00::1]/")));
  CHECK_FALSE(passes(pki::match_uri(constraints, "https://10.0.0.1/")));
  CHECK_FALSE(passes(pki::match_uri(constraints, "urn:example.com")));
}
