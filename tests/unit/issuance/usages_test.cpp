#include "lib/issuance/usages.h"

#include <catch2/catch.hpp>

#include "lib/issuance/certificate_template.h"
#include "lib/issuance/csr_template.h"
#include "lib/issuance/secret_data.h"
#include "lib/pki/signer.h"
#include "tests/unit/issuance/issuance_fixtures.h"

using namespace cw;
using namespace cw::issuance;
using Strings = std::vector<std::string>;

TEST_CASE("usages: an empty list has the field's default, a CA adds cert sign", "[issuance]") {
  CHECK(expected_usages({}, IsCa::No)->key_usage == (pki::kDigitalSignature | pki::kKeyEncipherment));
  CHECK(expected_usages({}, IsCa::Yes)->key_usage ==
        (pki::kDigitalSignature | pki::kKeyEncipherment | pki::kCertSign));
  CHECK(expected_usages({"client auth"}, IsCa::Yes)->key_usage == pki::kCertSign);
}

TEST_CASE("usages: extended ones keep their order; synonyms are one", "[issuance]") {
  CHECK(expected_usages({"client auth", "server auth"}, IsCa::No)->extended ==
        Strings{"1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"});
  CHECK(*expected_usages({"signing", "s/mime"}, IsCa::No) ==
        *expected_usages({"digital signature", "email protection"}, IsCa::No));
}

TEST_CASE("usages: unknown ones are named", "[issuance]") {
  CHECK(unknown_usages({"server auth", "x", "", "Server Auth"}) == Strings{"x", "", "Server Auth"});
  CHECK_FALSE(expected_usages({"x"}, IsCa::No).has_value());
}

TEST_CASE("usages: names for people are canonical", "[issuance]") {
  CHECK(key_usage_names(pki::kCertSign | pki::kDigitalSignature) ==
        Strings{"digital signature", "cert sign"});
  CHECK(extended_usage_names({"1.3.6.1.5.5.7.3.4", "1.3.6.1.4.1.311.61.1.1", "1.2.3"}) ==
        Strings{"email protection", "1.3.6.1.4.1.311.61.1.1", "1.2.3"});
  CHECK(recognised_extended_usages({"1.2.3", "1.3.6.1.4.1.311.61.1.1"}) == Strings{"1.3.6.1.4.1.311.61.1.1"});
}

namespace {

Status requested(std::string_view csr_spec, std::string_view object_spec) {
  const api::CertificateSpec from = test::parse_spec(csr_spec);
  const api::CertificateSpec object = test::parse_spec(object_spec);
  pki::CsrTemplate wanted = *csr_template(from, {.basic_constraints = true});
  wanted.signature_algorithm.reset();
  api::CertificateRequestSpec request;
  request.request = kube::Bytes(pki::Csr::build(wanted, test::ecdsa_key())->to_pem());
  request.is_ca = object.is_ca;
  request.usages = object.usages;
  TRY(certificate_template(request, {}, TimePoint{}));
  return Done{};
}

}  // namespace

TEST_CASE("certificate template: what the request asks for must be what its object says", "[issuance]") {
  constexpr auto kPlain = R"({"commonName":"x"})";
  constexpr auto kCa = R"({"commonName":"x","isCA":true})";
  constexpr auto kServer = R"({"commonName":"x","usages":["server auth"]})";
  constexpr auto kSilent = R"({"commonName":"x","encodeUsagesInRequest":false})";
  CHECK(requested(kPlain, kPlain).has_value());
  CHECK(requested(kCa, kCa).has_value());
  CHECK(requested(kSilent, kServer).has_value());
  CHECK_FALSE(requested(kCa, kPlain).has_value());
  CHECK_FALSE(requested(kPlain, kCa).has_value());
  CHECK_FALSE(requested(kServer, kPlain).has_value());
  CHECK_FALSE(requested(kPlain, kServer).has_value());
  CHECK_FALSE(requested(R"({"commonName":"x","usages":["server auth","client auth"]})",
                        R"({"commonName":"x","usages":["client auth","server auth"]})")
                  .has_value());
}

TEST_CASE("certificate template: undecodable or unsigned requests are refused", "[issuance]") {
  api::CertificateRequestSpec request;
  CHECK_FALSE(certificate_template(request, {}, TimePoint{}).has_value());
  request.usages = {"nonsense"};
  CHECK_FALSE(certificate_template(request, {}, TimePoint{}).has_value());
}

TEST_CASE("csv: fields are quoted as Go's encoding/csv quotes them", "[issuance]") {
  CHECK(csv_record({}).empty());
  CHECK(csv_record({"a", "b c", ""}) == "a,b c,");
  CHECK(csv_record({"a,b", "c\"d", " e", "f\n"}) == "\"a,b\",\"c\"\"d\",\" e\",\"f\n\"");
  CHECK(csv_record({"\\.", "\xc2\xa0x", "\xe3\x80\x80", "\xe2\x80\x8ax", "\xe2\x80\x8bx"}) ==
        "\"\\.\",\"\xc2\xa0x\",\"\xe3\x80\x80\",\"\xe2\x80\x8ax\",\xe2\x80\x8bx");
}

TEST_CASE("annotations: four are always there, the others only with content", "[issuance]") {
  pki::CertificateTemplate wanted;
  wanted.raw_subject = *pki::encode_subject({});
  CHECK(certificate_annotations(*pki::self_sign(wanted, test::ecdsa_key())) ==
        Annotations{{"cert-manager.io/common-name", ""},
                    {"cert-manager.io/alt-names", ""},
                    {"cert-manager.io/ip-sans", ""},
                    {"cert-manager.io/uri-sans", ""}});
  wanted.raw_subject = *pki::encode_subject(
      {.organizations = {"Acme, Inc."}, .street_addresses = {"s"}, .common_name = "c", .serial_number = "1"});
  wanted.subject_alt_name = pki::Extension{
      std::string(pki::kSubjectAltNameOid), false,
      *pki::encode_subject_alt_names({.dns_names = {"a", "b"},
                                      .email_addresses = {"m@x"},
                                      .ip_addresses = {*pki::parse_ip("::1"), *pki::parse_ip("1.2.3.4")},
                                      .uris = {"u:x"}})};
  CHECK(certificate_annotations(*pki::self_sign(wanted, test::ecdsa_key())) ==
        Annotations{{"cert-manager.io/common-name", "c"},
                    {"cert-manager.io/alt-names", "a,b"},
                    {"cert-manager.io/ip-sans", "::1,1.2.3.4"},
                    {"cert-manager.io/uri-sans", "u:x"},
                    {"cert-manager.io/email-sans", "m@x"},
                    {"cert-manager.io/subject-organizations", "\"Acme, Inc.\""},
                    {"cert-manager.io/subject-streetaddresses", "s"},
                    {"cert-manager.io/subject-serialnumber", "1"}});
}
