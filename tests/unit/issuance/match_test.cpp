#include <catch2/catch.hpp>

#include "lib/issuance/csr_template.h"
#include "lib/issuance/request_match.h"
#include "lib/pki/signer.h"
#include "tests/unit/issuance/issuance_fixtures.h"

using namespace cw;
using namespace cw::issuance;
using Fields = std::vector<std::string>;

namespace {

constexpr std::string_view kSpec = R"({
  "commonName": "a", "dnsNames": ["a", "b"], "ipAddresses": ["10.0.0.1"], "uris": ["spiffe://x"],
  "emailAddresses": ["m@x"], "otherNames": [{"oid": "1.2.3", "utf8Value": "v"}],
  "subject": {"organizations": ["o"], "countries": ["DE"], "localities": ["l"], "organizationalUnits": ["u"],
              "postalCodes": ["p"], "provinces": ["s"], "streetAddresses": ["t"], "serialNumber": "n"},
  "usages": ["server auth", "client auth"], "duration": "24h", "isCA": false,
  "issuerRef": {"name": "i"}, "privateKey": {"algorithm": "ECDSA"}})";

api::CertificateRequestSpec request_for(const api::CertificateSpec& spec) {
  const auto csr = pki::Csr::build(*csr_template(spec), test::ecdsa_key());
  CW_ASSERT(csr.has_value());
  api::CertificateRequestSpec request;
  request.request = kube::Bytes(csr->to_pem());
  request.usages = spec.usages;
  request.duration = spec.duration;
  request.issuer_ref = spec.issuer_ref;
  request.is_ca = spec.is_ca;
  return request;
}

// What differs once `change` has been done to the spec.
template <typename Change>
Fields violations_after(Change change) {
  api::CertificateSpec spec = test::parse_spec(kSpec);
  const auto request = request_for(spec);
  change(spec);
  return *request_violations(request, spec);
}

}  // namespace

TEST_CASE("request match: order and defaults do not matter", "[issuance]") {
  CHECK(violations_after([](auto&) {}).empty());
  CHECK(violations_after([](auto& spec) {
          spec.dns_names = {"b", "a"};
          spec.usages = {"client auth", "server auth"};
          spec.issuer_ref.kind = "Issuer";
          spec.issuer_ref.group = "cert-manager.io";
          spec.ip_addresses = {"::ffff:10.0.0.1"};
          spec.duration.reset();
          spec.secret_name = "other";
          spec.private_key.reset();
          spec.renew_before = std::chrono::hours(1);
        }).empty());
}

TEST_CASE("request match: each compared field is named", "[issuance]") {
  using Spec = api::CertificateSpec;
  CHECK(violations_after([](Spec& s) { s.ip_addresses = {}; }) == Fields{"spec.ipAddresses"});
  CHECK(violations_after([](Spec& s) { s.ip_addresses = {"bad"}; }) == Fields{"spec.ipAddresses"});
  CHECK(violations_after([](Spec& s) { s.uris.push_back("u:y"); }) == Fields{"spec.uris"});
  CHECK(violations_after([](Spec& s) { s.email_addresses = {}; }) == Fields{"spec.emailAddresses"});
  CHECK(violations_after([](Spec& s) { s.dns_names = {"a", "a", "b"}; }) == Fields{"spec.dnsNames"});
  CHECK(violations_after([](Spec& s) { s.dns_names = {"A", "b"}; }) == Fields{"spec.dnsNames"});
  CHECK(violations_after([](Spec& s) { s.other_names[0].utf8_value = "w"; }) == Fields{"spec.otherNames"});
  CHECK(violations_after([](Spec& s) { s.common_name = "b"; }) == Fields{"spec.commonName"});
  CHECK(violations_after([](Spec& s) { s.subject->postal_codes = {}; }) == Fields{"spec.subject.postCodes"});
  CHECK(violations_after([](Spec& s) { s.subject->serial_number = ""; }) ==
        Fields{"spec.subject.serialNumber"});
  CHECK(violations_after([](Spec& s) { s.subject.reset(); }).size() == 8);
  CHECK(violations_after([](Spec& s) { s.is_ca = true; }) == Fields{"spec.isCA"});
  CHECK(violations_after([](Spec& s) { s.usages = {"server auth"}; }) == Fields{"spec.usages"});
  CHECK(violations_after([](Spec& s) { s.duration = std::chrono::hours(25); }) == Fields{"spec.duration"});
  CHECK(violations_after([](Spec& s) { s.issuer_ref.kind = "ClusterIssuer"; }) == Fields{"spec.issuerRef"});
  CHECK(violations_after([](Spec& s) { s.literal_subject = "CN=a"; }) == Fields{"spec.literalSubject"});
}

TEST_CASE("request match: otherNames count only when the spec has the field", "[issuance]") {
  CHECK(violations_after([](api::CertificateSpec& s) { s.other_names = {}; }).empty());
}

TEST_CASE("request match: a request that cannot be decoded is an error, not a difference", "[issuance]") {
  api::CertificateSpec spec = test::parse_spec(kSpec);
  api::CertificateRequestSpec request = request_for(spec);
  request.request = kube::Bytes("rubbish");
  CHECK_FALSE(request_violations(request, spec).has_value());
  CHECK_FALSE(request_violations(request_for(spec), spec, {.certificate = 10}).has_value());
}

namespace {

pki::Certificate certificate_with(const std::string& common_name, const std::vector<std::string>& dns_names) {
  pki::CertificateTemplate wanted;
  wanted.raw_subject = *pki::encode_subject({.common_name = common_name});
  wanted.subject_alt_name = pki::Extension{std::string(pki::kSubjectAltNameOid), false,
                                           *pki::encode_subject_alt_names({.dns_names = dns_names})};
  return std::move(pki::self_sign(wanted, test::ecdsa_key())).value();
}

Fields fuzzy(const std::string& common_name, const std::vector<std::string>& dns_names,
             std::string_view spec) {
  return certificate_violations(certificate_with(common_name, dns_names), test::parse_spec(spec));
}

}  // namespace

TEST_CASE("certificate match: names may move between common name and DNS names", "[issuance]") {
  CHECK(fuzzy("", {"a", "b"}, R"({"commonName":"a","dnsNames":["b"]})").empty());
  CHECK(fuzzy("a", {"b"}, R"({"dnsNames":["b","a"]})").empty());
  CHECK(fuzzy("a", {"a"}, R"({"dnsNames":["b"]})") == Fields{"spec.commonName", "spec.dnsNames"});
  CHECK(fuzzy("a", {"a", "b"}, R"({"commonName":"a"})") == Fields{"spec.dnsNames"});
  CHECK(fuzzy("", {"a"}, R"({"commonName":"c","dnsNames":["a"]})") == Fields{"spec.commonName"});
  CHECK(fuzzy("a", {"a"},
              R"({"dnsNames":["a"],"ipAddresses":["1.2.3.4"],"uris":["u:x"],"emailAddresses":["m@x"]})") ==
        Fields{"spec.ipAddresses", "spec.uris", "spec.emailAddresses"});
}

TEST_CASE("key match: algorithm and size, with the field's defaults", "[issuance]") {
  const pki::PublicKey& key = test::ecdsa_key().public_key();
  CHECK(*key_violations(key, test::parse_spec(R"({"privateKey":{"algorithm":"ECDSA"}})")) == Fields{});
  CHECK(*key_violations(key, test::parse_spec(R"({"privateKey":{"algorithm":"ECDSA","size":384}})")) ==
        Fields{"spec.privateKey.size"});
  CHECK(*key_violations(key, test::parse_spec("{}")) == Fields{"spec.privateKey.algorithm"});
  CHECK(*key_violations(key, test::parse_spec(R"({"privateKey":{"algorithm":"Ed25519"}})")) ==
        Fields{"spec.privateKey.algorithm"});
  CHECK_FALSE(key_violations(key, test::parse_spec(R"({"privateKey":{"algorithm":"DSA"}})")).has_value());
}

TEST_CASE("key spec: defaults and limits", "[issuance]") {
  CHECK(*key_spec(test::parse_spec("{}")) == pki::KeySpec{pki::KeyAlgorithm::Rsa, 2048});
  CHECK(*key_spec(test::parse_spec(R"({"privateKey":{"size":4096}})")) ==
        pki::KeySpec{pki::KeyAlgorithm::Rsa, 4096});
  CHECK(*key_spec(test::parse_spec(R"({"privateKey":{"algorithm":"Ed25519","size":7}})")) ==
        pki::KeySpec{pki::KeyAlgorithm::Ed25519, 0});
  for (const auto* spec :
       {R"({"privateKey":{"size":1024}})", R"({"privateKey":{"size":8193}})",
        R"({"privateKey":{"size":99999999999}})", R"({"privateKey":{"algorithm":"ECDSA","size":255}})"}) {
    INFO(spec);
    CHECK_FALSE(key_spec(test::parse_spec(spec)).has_value());
  }
  CHECK(key_encoding(test::parse_spec("{}")) == pki::KeyEncoding::Pkcs1);
  CHECK(key_encoding(test::parse_spec(R"({"privateKey":{"encoding":"PKCS8"}})")) == pki::KeyEncoding::Pkcs8);
}

TEST_CASE("csr template: the signature algorithm follows the key spec unless given, and must fit",
          "[issuance]") {
  const auto algorithm_of = [](std::string_view spec) {
    return csr_template(test::parse_spec(spec))->signature_algorithm;
  };
  CHECK(algorithm_of(R"({"commonName":"x"})") == pki::SignatureAlgorithm::Sha256WithRsa);
  CHECK(algorithm_of(R"({"commonName":"x","privateKey":{"size":3072}})") ==
        pki::SignatureAlgorithm::Sha384WithRsa);
  CHECK(algorithm_of(R"({"commonName":"x","signatureAlgorithm":"SHA512WithRSA"})") ==
        pki::SignatureAlgorithm::Sha512WithRsa);
  CHECK_FALSE(
      csr_template(test::parse_spec(R"({"commonName":"x","signatureAlgorithm":"PureEd25519"})")).has_value());
}

TEST_CASE("csr template: a gate that is off leaves its part out", "[issuance]") {
  const auto spec = test::parse_spec(
      R"({"commonName":"x","isCA":true,"literalSubject":"CN=y","otherNames":[{"oid":"1.2","utf8Value":"v"}],
          "nameConstraints":{"permitted":{"dnsDomains":["a"]}}})");
  const auto off =
      csr_template(spec, {.literal_subject = false, .other_names = false, .name_constraints = false});
  REQUIRE(off.has_value());
  CHECK(off->subject_alt_names.empty());
  CHECK_FALSE(off->name_constraints.has_value());
  CHECK(off->raw_subject == *pki::encode_subject({.common_name = "x"}));
  CHECK_FALSE(off->basic_constraints.has_value());
  CHECK(csr_template(spec, {.basic_constraints = true})->basic_constraints->is_ca);
}
