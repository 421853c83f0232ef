// What a CA issuer answers: chain, life, limits of the CA, and the lint before its key signs.
#include <catch2/catch.hpp>

#include "controller/requests/ca_signer.h"
#include "lib/api/names.h"
#include "lib/issuance/csr_template.h"
#include "lib/pki/csr.h"
#include "lib/pki/signer.h"
#include "tests/unit/controller/views.h"

namespace {

using namespace cw;                        // tests only
using namespace cw::controller::requests;  // tests only
using namespace cw::controller::tests;     // tests only
using Catch::Matchers::Contains;
using controller::issuers::CaKeyPair;
using std::chrono::hours;
using std::chrono::seconds;

constexpr hours kDay{24};
constexpr int kCaKey = 1;

pki::CertificateTemplate ca_template(const std::string& name, TimePoint not_after) {
  pki::CertificateTemplate wanted;
  wanted.not_before = kStart;
  wanted.not_after = not_after;
  wanted.raw_subject = *pki::encode_subject({.common_name = name});
  wanted.basic_constraints.is_ca = true;
  wanted.key_usage = pki::kCertSign;
  return wanted;
}

CaKeyPair pair_of(const pki::CertificateTemplate& wanted) {
  const auto certificate = pki::self_sign(wanted, test_key(kCaKey));
  CW_ASSERT(certificate.has_value());
  return {.key = test_key(kCaKey), .chain = {*certificate}, .others = {}};
}

CaKeyPair pair_until(TimePoint not_after) { return pair_of(ca_template("ca", not_after)); }

api::Issuer ca_issuer() {
  api::Issuer issuer;
  issuer.spec.ca.emplace().secret_name = "ca";
  return issuer;
}

api::CertificateRequest request() { return *test_request(1).object; }

// A request of a CSR for these fields of a Certificate.
template <typename Change>
api::CertificateRequest request_of(Change&& how) {
  auto certificate = test_certificate();
  how(certificate.spec);
  const auto csr = pki::Csr::build(*issuance::csr_template(certificate.spec), test_key());
  CW_ASSERT(csr.has_value());
  auto made = request();
  made.spec.request = kube::Bytes(csr->to_pem());
  made.spec.is_ca = certificate.spec.is_ca;
  made.spec.usages = certificate.spec.usages;
  return made;
}

const Issued& issued(const SignOutcome& outcome) {
  if (const auto* failed = std::get_if<Failed>(&outcome)) FAIL(failed->message);
  REQUIRE(std::holds_alternative<Issued>(outcome));
  return std::get<Issued>(outcome);
}

pki::Certificate leaf_of(const SignOutcome& outcome) {
  const auto leaf = pki::Certificate::parse_pem(issued(outcome).certificate);
  REQUIRE(leaf);
  return *leaf;
}

std::string failure(const SignOutcome& outcome) {
  const auto* failed = std::get_if<Failed>(&outcome);
  return failed != nullptr ? failed->reason + ": " + failed->message : std::string();
}

}  // namespace

TEST_CASE("CA signer: 90 days from now unless the request says otherwise", "[requests]") {
  const auto pair = pair_until(kStart + 1000 * kDay);
  auto wanted = request();
  auto leaf = leaf_of(sign_with(pair, wanted, ca_issuer(), kStart));
  CHECK(leaf.not_before() == kStart);
  CHECK(leaf.not_after() == kStart + 90 * kDay);
  wanted.spec.duration = hours(5);
  const auto outcome = sign_with(pair, wanted, ca_issuer(), kStart);
  CHECK(leaf_of(outcome).not_after() == kStart + hours(5));
  CHECK(issued(outcome).remark.empty());
}

TEST_CASE("CA signer: a duration that no clock has an end for does not overflow", "[requests]") {
  auto wanted = request();
  wanted.spec.duration = Duration::max();
  const auto leaf = leaf_of(sign_with(pair_until(kStart + kDay), wanted, ca_issuer(), kStart));
  CHECK(leaf.not_after() == kStart + kDay);
}

TEST_CASE("CA signer: a certificate ends with its CA at the latest, and the answer says so", "[requests]") {
  const auto pair = pair_until(kStart + 10 * kDay);
  const auto outcome = sign_with(pair, request(), ca_issuer(), kStart);
  CHECK(leaf_of(outcome).not_after() == kStart + 10 * kDay);
  CHECK_THAT(issued(outcome).remark, Contains("ends with its CA, at 2026-01-12T03:04:05Z"));
  SECTION("unless the issuer allows more") {
    auto issuer = ca_issuer();
    issuer.metadata.annotations.set(api::kAllowOutlivingCaAnnotation, "true");
    const auto longer = sign_with(pair, request(), issuer, kStart);
    CHECK(leaf_of(longer).not_after() == kStart + 90 * kDay);
    CHECK(issued(longer).remark.empty());
  }
  SECTION("or the request asks for more") {
    auto wanted = request();
    wanted.metadata.annotations.set(api::kAllowOutlivingCaAnnotation, "true");
    CHECK(leaf_of(sign_with(pair, wanted, ca_issuer(), kStart)).not_after() == kStart + 90 * kDay);
  }
}

TEST_CASE("CA signer: an expired CA signs nothing, and the request waits for a new one", "[requests]") {
  const auto pair = pair_until(kStart + kDay);
  const auto late = kStart + kDay + seconds(1);
  const auto outcome = sign_with(pair, request(), ca_issuer(), late);
  REQUIRE(std::holds_alternative<Pend>(outcome));
  CHECK(std::get<Pend>(outcome).reason == "IssuerNotReady");
  CHECK_THAT(std::get<Pend>(outcome).message, Contains("expired at"));
  auto issuer = ca_issuer();
  issuer.metadata.annotations.set(api::kAllowOutlivingCaAnnotation, "true");
  CHECK(leaf_of(sign_with(pair, request(), issuer, late)).not_after() > late);
}

TEST_CASE("CA signer: below a path length of 0 leaves are signed, CAs are refused with the reason",
          "[requests]") {
  auto wanted = ca_template("ca", kStart + 1000 * kDay);
  wanted.basic_constraints.path_length = 0;
  const auto pair = pair_of(wanted);
  CHECK(failure(sign_with(pair, request(), ca_issuer(), kStart)).empty());
  const auto lower_ca = request_of([](auto& spec) {
    spec.is_ca = true;
    spec.common_name = "lower ca";
  });
  CHECK_THAT(failure(sign_with(pair, lower_ca, ca_issuer(), kStart)),
             Contains("SigningError") && Contains("path length of the CA is 0"));
  CHECK(failure(sign_with(pair_until(kStart + kDay), lower_ca, ca_issuer(), kStart)).empty());
}

TEST_CASE("CA signer: a name outside the CA's name constraints is refused before anything is signed",
          "[requests]") {
  auto wanted = ca_template("ca", kStart + 1000 * kDay);
  wanted.name_constraints =
      pki::Extension{std::string(pki::kNameConstraintsOid), true,
                     *pki::encode_name_constraints({.permitted = {.dns_domains = {"example.com"}}})};
  const auto pair = pair_of(wanted);
  CHECK(failure(sign_with(pair, request(), ca_issuer(), kStart)).empty());
  const auto outside = request_of([](auto& spec) { spec.dns_names = {"web.example.org"}; });
  CHECK_THAT(
      failure(sign_with(pair, outside, ca_issuer(), kStart)),
      Contains("SigningError") && Contains("web.example.org") && Contains("permit only \"example.com\""));
}

TEST_CASE("CA signer: what the lint refuses is refused with the name of the rule", "[requests]") {
  const auto odd = request_of([](auto& spec) { spec.dns_names = {std::string("a\nb")}; });
  CHECK_THAT(failure(sign_with(pair_until(kStart + kDay), odd, ca_issuer(), kStart)),
             Contains("SigningError") && Contains("rule dns-names, RFC 5280"));
}

TEST_CASE("CA signer: URLs of the issuer, and the chain without its root", "[requests]") {
  const auto root = pki::self_sign(ca_template("root", kStart + 1000 * kDay), test_key(2));
  const auto lower = pki::sign_certificate(ca_template("ca", kStart + 1000 * kDay),
                                           test_key(kCaKey).public_key(), *root, test_key(2));
  REQUIRE(lower);
  const CaKeyPair pair{.key = test_key(kCaKey), .chain = {*lower}, .others = {*root}};
  auto issuer = ca_issuer();
  issuer.spec.ca->crl_distribution_points = {"http://crl.example.com"};
  issuer.spec.ca->ocsp_servers = {"http://ocsp.example.com"};
  issuer.spec.ca->issuing_certificate_urls = {"http://ca.example.com"};
  const auto outcome = sign_with(pair, request(), issuer, kStart);
  const auto chain = pki::Certificate::parse_chain(issued(outcome).certificate);
  REQUIRE(chain);
  REQUIRE(chain->size() == 2);
  CHECK((*chain)[1] == *lower);
  CHECK(issued(outcome).ca == root->to_pem());
  const auto& extensions = (*chain)[0].extensions();
  CHECK_THAT(pki::find_extension(extensions, pki::kCrlDistributionPointsOid)->value,
             Contains("http://crl.example.com"));
  const auto* access = pki::find_extension(extensions, pki::kAuthorityInfoAccessOid);
  REQUIRE(access != nullptr);
  CHECK_THAT(access->value, Contains("http://ocsp.example.com") && Contains("http://ca.example.com"));
}

TEST_CASE("CA signer: usages of others: defaults, an extension that contradicts, CA without cert sign",
          "[requests]") {
  const auto pair = pair_until(kStart + 1000 * kDay);
  auto plain = request_of([](auto& spec) { spec.encode_usages_in_request = false; });
  CHECK(leaf_of(sign_with(pair, plain, ca_issuer(), kStart)).key_usage() ==
        (pki::kDigitalSignature | pki::kKeyEncipherment));
  plain.spec.usages = {"client auth"};
  const auto leaf = leaf_of(sign_with(pair, plain, ca_issuer(), kStart));
  CHECK(leaf.extended_key_usages() == std::vector<std::string>{"1.3.6.1.5.5.7.3.2"});
  auto contradicting = request();
  contradicting.spec.usages = {"client auth"};
  CHECK_THAT(failure(sign_with(pair, contradicting, ca_issuer(), kStart)), Contains("key usages"));
  plain.spec.usages = {};
  plain.spec.is_ca = true;
  const auto ca = leaf_of(sign_with(pair, plain, ca_issuer(), kStart));
  CHECK(ca.is_ca());
  CHECK((ca.key_usage().value_or(0) & pki::kCertSign) != 0);
}
