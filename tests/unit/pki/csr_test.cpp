#include "lib/pki/csr.h"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "lib/pki/der.h"
#include "tests/unit/pki/fixtures.h"

using namespace cw;
using namespace cw::pki;

namespace {

CsrTemplate example() {
  CsrTemplate wanted;
  wanted.raw_subject = *encode_subject({.organizations = {"Acme"}, .common_name = "a.example"});
  wanted.subject_alt_names = {.dns_names = {"a.example", "b.example"},
                              .ip_addresses = {*parse_ip("10.0.0.1")}};
  wanted.key_usage = kDigitalSignature | kKeyEncipherment;
  wanted.extended_key_usages = {std::string(kServerAuthOid)};
  return wanted;
}

bool extensions_are_readable(const Csr& csr) {
  return csr.basic_constraints().has_value() && csr.key_usage().has_value() &&
         csr.extended_key_usages().has_value() && csr.name_constraints().has_value();
}

// The stage that refuses the request: what the file's name begins with.
std::string verdict(const std::string& pem) {
  if (!check_pem_size(pem, PemLimits{}.certificate, "request")) return "size";
  const auto block = PemReader(pem).next();
  if (!block) return "pem";
  const auto csr = Csr::parse_der(block->bytes);
  if (!csr) return "parse";
  if (!csr->verify_signature()) return "signature";
  return extensions_are_readable(*csr) ? "ok" : "extension";
}

}  // namespace

// Made with Go crypto/x509 1.26, which gave the verdicts; where we are stricter on purpose the name says
// "strict".
TEST_CASE("csr: odd requests are refused at the stage at which Go refuses them", "[pki]") {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(CW_TEST_DATA) + "/pki/csr")) {
    const std::string name = entry.path().filename().string();
    INFO(name);
    CHECK(verdict(test::file("pki/csr/" + name)) == name.substr(0, name.find('-')));
    ++count;
  }
  CHECK(count > 150);
}

TEST_CASE("csr: a request holds what its template says, with every kind of key", "[pki]") {
  for (const PrivateKey* key : {&test::rsa_key(), &test::ecdsa_key(), &test::ed25519_key()}) {
    const auto csr = Csr::build(example(), *key);
    REQUIRE(csr.has_value());
    CHECK(csr->verify_signature().has_value());
    CHECK(csr->public_key() == key->public_key());
    CHECK(csr->common_name() == "a.example");
    CHECK(csr->subject_alt_names() == example().subject_alt_names);
    CHECK(*csr->key_usage() == example().key_usage);
    CHECK(*csr->extended_key_usages() == example().extended_key_usages);
    CHECK_FALSE(csr->basic_constraints()->has_value());
    CHECK(csr->raw_subject() == example().raw_subject);
    const auto again = Csr::parse_pem(csr->to_pem());
    REQUIRE(again.has_value());
    CHECK(again->der() == csr->der());
  }
}

TEST_CASE("csr: names are critical only beside an empty subject", "[pki]") {
  CsrTemplate wanted = example();
  CHECK_FALSE(
      find_extension(Csr::build(wanted, test::ecdsa_key())->extensions(), kSubjectAltNameOid)->critical);
  wanted.raw_subject = *encode_subject({});
  CHECK(find_extension(Csr::build(wanted, test::ecdsa_key())->extensions(), kSubjectAltNameOid)->critical);
}

TEST_CASE("csr: constraints are requested with their criticality", "[pki]") {
  CsrTemplate wanted = example();
  wanted.basic_constraints = BasicConstraints{.is_ca = true};
  wanted.name_constraints = NameConstraints{.critical = true, .permitted = {.dns_domains = {"example"}}};
  const auto csr = Csr::build(wanted, test::ecdsa_key());
  REQUIRE(csr.has_value());
  CHECK(*csr->basic_constraints() == wanted.basic_constraints);
  CHECK(*csr->name_constraints() == wanted.name_constraints);
}

TEST_CASE("csr: the template chooses the signature algorithm, and it must fit the key", "[pki]") {
  CsrTemplate wanted = example();
  wanted.signature_algorithm = SignatureAlgorithm::Sha512WithRsa;
  CHECK(Csr::build(wanted, test::rsa_key())->verify_signature().has_value());
  CHECK_FALSE(Csr::build(wanted, test::ecdsa_key()).has_value());
}

TEST_CASE("csr: a template that nobody could read is not signed", "[pki]") {
  CsrTemplate wanted = example();
  wanted.subject_alt_names.uris = {"http://[broken"};
  CHECK_FALSE(Csr::build(wanted, test::ecdsa_key()).has_value());
  wanted = example();
  wanted.raw_subject = "not DER";
  CHECK_FALSE(Csr::build(wanted, test::ecdsa_key()).has_value());
}

TEST_CASE("csr: every truncation and every flipped byte is refused or fails its signature", "[pki]") {
  const std::string der = Csr::build(example(), test::ecdsa_key())->der();
  for (std::size_t i = 0; i < der.size(); ++i) {
    CHECK_FALSE(Csr::parse_der(std::string_view(der).substr(0, i)).has_value());
    std::string changed = der;
    changed[i] = static_cast<char>(changed[i] ^ 0x10);
    const auto csr = Csr::parse_der(changed);
    CHECK_FALSE((csr.has_value() && csr->verify_signature().has_value()));
  }
}
