// Each rule of the lint with a certificate that breaks it, and what the rules let pass on purpose.
#include "lib/pki/lint.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "lib/pki/der.h"
#include "lib/pki/signer.h"
#include "tests/unit/pki/fixtures.h"

namespace {

using namespace cw;             // tests only
using namespace cw::pki;        // tests only
using namespace cw::pki::test;  // tests only
using std::chrono::hours;

CertificateTemplate good_leaf() {
  CertificateTemplate wanted;
  wanted.not_before = kNow;
  wanted.not_after = kNow + hours(24);
  wanted.raw_subject = *encode_subject({.common_name = "leaf"});
  wanted.key_usage = kDigitalSignature;
  wanted.subject_alt_name = Extension{std::string(kSubjectAltNameOid), false,
                                      *encode_subject_alt_names({.dns_names = {"leaf.example.com"}})};
  return wanted;
}

CertificateTemplate good_ca() {
  auto wanted = good_leaf();
  wanted.basic_constraints.is_ca = true;
  wanted.key_usage = kCertSign;
  return wanted;
}

CertificateTemplate with_name(const std::string& dns_name) {
  auto wanted = good_leaf();
  wanted.subject_alt_name->value = *encode_subject_alt_names({.dns_names = {"good.example.com", dns_name}});
  return wanted;
}

// The rule that the certificate breaks; empty: none.
std::string broken_rule(const Certificate& certificate) {
  const auto judged = lint(certificate);
  if (judged) return {};
  const auto& text = judged.error().message;
  const auto start = text.find("(rule ") + 6;
  CHECK_THAT(text, Catch::Contains("RFC 5280 section 4."));
  return text.substr(start, text.find(',', start) - start);
}

std::string broken_rule(const CertificateTemplate& wanted) {
  const auto certificate = self_sign(wanted, ecdsa_key());
  REQUIRE(certificate);
  return broken_rule(*certificate);
}

struct Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

struct Wanted {
  int nid;
  const char* value;  // in OpenSSL's configuration language
};

// What our own signer never makes.
Certificate from_openssl(const char* common_name, const std::vector<Wanted>& extensions) {
  const std::unique_ptr<X509, Free> made(X509_new());
  const std::unique_ptr<EVP_PKEY, Free> key(EVP_EC_gen("P-256"));
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.get()), 0x7123456789abcdefU);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
  if (common_name != nullptr) {
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0);
  }
  X509_set_pubkey(made.get(), key.get());
  for (const auto& [nid, value] : extensions) {
    auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
    REQUIRE(extension != nullptr);
    X509_add_ext(made.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  REQUIRE(X509_sign(made.get(), key.get(), EVP_sha256()) > 0);
  unsigned char* der = nullptr;
  const int size = i2d_X509(made.get(), &der);
  REQUIRE(size > 0);
  auto parsed = Certificate::parse_der({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  REQUIRE(parsed);
  return *parsed;
}

// What is signed of a certificate.
std::string signed_part(const Certificate& certificate) {
  const auto content = der::whole_content(certificate.der(), der::kSequence, "certificate");
  der::Reader reader(*content);
  return std::string(reader.element(der::kSequence, "to be signed")->whole);
}

}  // namespace

TEST_CASE("lint: what this program makes passes", "[lint]") {
  CHECK(broken_rule(good_leaf()).empty());
  CHECK(broken_rule(good_ca()).empty());
  auto nameless = good_leaf();
  nameless.raw_subject = *encode_subject({});
  CHECK(broken_rule(nameless).empty());
}

TEST_CASE("lint: every rule has a certificate that breaks it", "[lint]") {
  std::set<std::string> seen;
  const auto expect = [&](const auto& certificate, const std::string& rule) {
    INFO(rule);
    CHECK(broken_rule(certificate) == rule);
    seen.insert(rule);
  };
  auto wanted = good_leaf();
  wanted.serial = bytes("00");
  expect(wanted, "serial-number");
  wanted.serial = bytes("01 02 03 04 05 06 07");
  expect(wanted, "serial-number");
  wanted.serial = std::string(20, '\xFF');  // positive only with a 21st octet before it
  expect(wanted, "serial-number");
  wanted = good_leaf();
  wanted.not_after = wanted.not_before - hours(1);
  expect(wanted, "validity");
  wanted = good_ca();
  wanted.key_usage = 0;
  expect(wanted, "ca-key-usage");
  wanted.key_usage = kDigitalSignature;
  expect(wanted, "ca-key-usage");
  wanted = good_leaf();
  wanted.basic_constraints.path_length = 1;
  expect(wanted, "path-length");
  expect(from_openssl("ca",
                      {{NID_basic_constraints, "critical,CA:TRUE"}, {NID_key_usage, "critical,keyCertSign"}}),
         "subject-key-identifier");
  expect(from_openssl("leaf", {{NID_subject_alt_name, "critical,DNS:leaf.example.com"}}),
         "alternative-names-criticality");
  expect(from_openssl(nullptr, {{NID_subject_alt_name, "DNS:leaf.example.com"}}),
         "alternative-names-criticality");
  for (const auto& name : std::vector<std::string>{"", " ", std::string("a\0b", 3), "a\nb"}) {
    expect(with_name(name), "dns-names");
  }
  for (const auto& rule : lint_rules()) CHECK(seen.contains(std::string(rule.name)));
}

TEST_CASE("lint: what works somewhere today is not refused", "[lint]") {
  auto wanted = good_leaf();
  SECTION("a common name above 64") {
    wanted.raw_subject = *encode_subject({.common_name = std::string(200, 'a')});
  }
  SECTION("cert sign in a leaf") { wanted.key_usage = kDigitalSignature | kCertSign; }
  SECTION("names that are no host names") { wanted = with_name("under_score.*.example.com."); }
  SECTION("no name at all") {
    wanted.raw_subject = *encode_subject({});
    wanted.subject_alt_name.reset();
  }
  SECTION("the shortest life") { wanted.not_after = wanted.not_before; }
  CHECK(broken_rule(wanted).empty());
}

TEST_CASE("signer: what is inspected is what is signed, but for the key that signs", "[lint]") {
  const auto ca = node({.name = "ca", .key_number = 1});
  const auto& own = GENERATE(0, 1) == 0 ? ecdsa_key() : rsa_key();
  std::optional<Certificate> seen;
  const auto made = sign_certificate(good_leaf(), own.public_key(), ca.certificate, ca.key,
                                     [&](const Certificate& rehearsed) -> Status {
                                       seen = rehearsed;
                                       return Done{};
                                     });
  REQUIRE(made);
  REQUIRE(seen);
  CHECK(signed_part(*seen) == signed_part(*made));
  CHECK(made->is_issued_by(ca.certificate));
  CHECK_FALSE(seen->is_issued_by(ca.certificate));
}

TEST_CASE("signer: every kind of CA key has a key to rehearse with", "[lint]") {
  const auto* key = GENERATE(&ecdsa_key(), &rsa_key(), &ed25519_key());
  bool asked = false;
  CHECK(self_sign(good_leaf(), *key, [&](const Certificate& rehearsed) -> Status {
    asked = true;
    CHECK_FALSE(rehearsed.is_signed_by(rehearsed));
    return lint(rehearsed);
  }));
  CHECK(asked);
}

TEST_CASE("signer: an objection ends it", "[lint]") {
  auto wanted = good_leaf();
  wanted.not_after = wanted.not_before - hours(1);
  const auto made = self_sign(wanted, ecdsa_key(), lint);
  REQUIRE_FALSE(made);
  CHECK_THAT(made.error().message, Catch::Contains("rule validity"));
}
