#include "lib/pki/certificate.h"

#include <catch2/catch.hpp>

#include "lib/base/time_text.h"
#include "lib/pki/signer.h"
#include "tests/unit/pki/fixtures.h"

using namespace cw;
using namespace cw::pki;
using test::kNow;

namespace {

CertificateTemplate example() {
  CertificateTemplate wanted;
  wanted.not_before = kNow;
  wanted.not_after = kNow + std::chrono::hours(48);
  wanted.raw_subject = *encode_subject({.common_name = "a"});
  wanted.subject_alt_name = Extension{std::string(kSubjectAltNameOid), true,
                                      *encode_subject_alt_names({.dns_names = {"a.example"}})};
  wanted.key_usage = kDigitalSignature;
  wanted.extended_key_usages = {std::string(kServerAuthOid)};
  return wanted;
}

Result<Certificate> issued_by(const KeyPair& ca, const CertificateTemplate& wanted) {
  return sign_certificate(wanted, test::ecdsa_key(9).public_key(), ca.certificate, ca.key);
}

}  // namespace

TEST_CASE("certificate: holds what its template says", "[pki]") {
  const KeyPair ca = test::node({.name = "ca"});
  CertificateTemplate wanted = example();
  wanted.crl_distribution_points = {"http://crl"};
  wanted.ocsp_servers = {"http://ocsp"};
  const auto certificate = issued_by(ca, wanted);
  REQUIRE(certificate.has_value());
  CHECK(certificate->not_before() == kNow);
  CHECK(certificate->not_after() == wanted.not_after);
  CHECK(certificate->common_name() == "a");
  CHECK(certificate->raw_issuer() == ca.certificate.raw_subject());
  CHECK(certificate->subject_alt_names().dns_names == std::vector<std::string>{"a.example"});
  CHECK(certificate->key_usage() == kDigitalSignature);
  CHECK(certificate->extended_key_usages() == wanted.extended_key_usages);
  CHECK_FALSE(certificate->is_ca());
  CHECK(certificate->subject_key_id().empty());
  CHECK(certificate->authority_key_id() == ca.certificate.subject_key_id());
  CHECK(certificate->matches(test::ecdsa_key(9).public_key()));
  CHECK_FALSE(certificate->matches(ca.key.public_key()));
  CHECK(certificate->is_issued_by(ca.certificate));
}

TEST_CASE("certificate: names are critical only beside an empty subject, whatever the request said",
          "[pki]") {
  const KeyPair ca = test::node({.name = "ca"});
  CertificateTemplate wanted = example();
  CHECK_FALSE(find_extension(issued_by(ca, wanted)->extensions(), kSubjectAltNameOid)->critical);
  wanted.raw_subject = *encode_subject({});
  CHECK(find_extension(issued_by(ca, wanted)->extensions(), kSubjectAltNameOid)->critical);
}

TEST_CASE("certificate: serials are random, positive and at most 20 bytes", "[pki]") {
  for (int i = 0; i < 100; ++i) {
    const std::string serial = random_serial();
    CHECK(serial.size() == 20);
    CHECK((static_cast<unsigned char>(serial[0]) & 0x80U) == 0);
    CHECK(serial != random_serial());
  }
  CertificateTemplate wanted = example();
  wanted.serial = "\x81\x01";
  const auto certificate = self_sign(wanted, test::ecdsa_key());
  CHECK(certificate->serial() == wanted.serial);
  CHECK(certificate->serial_der() == std::string("\0\x81\x01", 3));
  wanted.serial = std::string(21, 'x');
  CHECK_FALSE(self_sign(wanted, test::ecdsa_key()).has_value());
}

TEST_CASE("certificate: a CA has a key identifier made from its key", "[pki]") {
  const KeyPair ca = test::node({.name = "ca"});
  CHECK(ca.certificate.is_ca());
  CHECK(ca.certificate.subject_key_id() == subject_key_id(ca.key.public_key()));
  CHECK(ca.certificate.subject_key_id().size() == 20);
  CHECK(ca.certificate.authority_key_id().empty());
  CHECK(ca.certificate.is_self_signed());
}

TEST_CASE("certificate: no authority key identifier when the issuer has the subject's name", "[pki]") {
  const KeyPair ca = test::node({.name = "a"});
  CHECK(issued_by(ca, example())->authority_key_id().empty());
}

TEST_CASE("certificate: the issuer's key must be its certificate's", "[pki]") {
  const KeyPair ca = test::node({.name = "ca"});
  const auto refused =
      sign_certificate(example(), test::ecdsa_key(9).public_key(), ca.certificate, test::ecdsa_key(1));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Code::Invalid);
}

TEST_CASE("certificate: signed by one that may not sign, or by another, is not issued by it", "[pki]") {
  const KeyPair leaf = test::node({.name = "no ca", .is_ca = false});
  CHECK_FALSE(issued_by(leaf, example())->is_issued_by(leaf.certificate));
  CHECK_FALSE(leaf.certificate.is_self_signed());
  const KeyPair ca = test::node({.name = "ca"});
  const KeyPair namesake = test::node({.name = "ca", .key_number = 1});
  CHECK_FALSE(issued_by(ca, example())->is_issued_by(namesake.certificate));
  CertificateTemplate wanted = example();
  wanted.basic_constraints.is_ca = true;  // a CA without cert sign
  const auto crippled = self_sign(wanted, test::ecdsa_key());
  CHECK_FALSE(crippled->is_self_signed());
}

TEST_CASE("certificate: times before and after 2050 round-trip", "[pki]") {
  for (const auto* text : {"1950-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2049-12-31T23:59:59Z",
                           "2050-01-01T00:00:00Z", "9999-12-31T23:59:59Z"}) {
    CertificateTemplate wanted = example();
    wanted.not_after = *parse_time(text);
    CHECK(format_time(self_sign(wanted, test::ecdsa_key())->not_after()) == text);
  }
}

TEST_CASE("certificate: every signing key signs and verifies", "[pki]") {
  for (const PrivateKey* key : {&test::rsa_key(), &test::ecdsa_key(), &test::ed25519_key()}) {
    CertificateTemplate wanted = example();
    wanted.basic_constraints.is_ca = true;
    wanted.key_usage |= kCertSign;
    CHECK(self_sign(wanted, *key)->is_self_signed());
  }
}

TEST_CASE("certificate: PEM holds chains; rubbish between them does not pass", "[pki]") {
  const KeyPair a = test::node({.name = "a"});
  const KeyPair b = test::node({.name = "b", .issuer = &a, .key_number = 1});
  const std::string pem = to_pem({b.certificate, a.certificate});
  CHECK(Certificate::parse_chain(pem)->size() == 2);
  CHECK(*Certificate::parse_pem(pem) == b.certificate);
  CHECK_FALSE(Certificate::parse_chain(pem + encode_pem("CERTIFICATE", "x")).has_value());
  CHECK_FALSE(Certificate::parse_pem("").has_value());
  CHECK_FALSE(Certificate::parse_chain(pem, {.chain = 100}).has_value());
  CHECK_FALSE(Certificate::parse_bundle(pem, {.bundle = 100}).has_value());
}

TEST_CASE("certificate: every truncation and every flipped byte is refused or fails its signature", "[pki]") {
  const std::string der = test::node({.name = "ca"}).certificate.der();
  for (std::size_t i = 0; i < der.size(); ++i) {
    CHECK_FALSE(Certificate::parse_der(std::string_view(der).substr(0, i)).has_value());
    std::string changed = der;
    changed[i] = static_cast<char>(changed[i] ^ 0x10);
    const auto certificate = Certificate::parse_der(changed);
    CHECK_FALSE((certificate.has_value() && certificate->is_self_signed()));
  }
  CHECK_FALSE(Certificate::parse_der(der + "x").has_value());
}
