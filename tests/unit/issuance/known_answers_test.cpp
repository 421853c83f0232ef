// tests/data/issuance/requests.json was made by cert-manager v1.21.2 with Ed25519 keys, whose signatures are
// always the same: requests and certificates must come out byte for byte.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lib/base/time_text.h"
#include "lib/issuance/certificate_template.h"
#include "lib/issuance/csr_template.h"
#include "lib/issuance/request_match.h"
#include "tests/unit/issuance/issuance_fixtures.h"

using namespace cw;
using namespace cw::issuance;

namespace {

const nlohmann::json& document() {
  static const nlohmann::json kDocument = test::data_file("issuance/requests.json");
  return kDocument;
}

pki::PrivateKey key_named(const char* name) {
  return std::move(pki::PrivateKey::parse_pem(document().at(name).get<std::string>())).value();
}

api::CertificateSpec spec_of(const nlohmann::json& entry) {
  api::CertificateSpec spec = test::spec_of(entry.at("spec"));
  spec.private_key.emplace().algorithm = "Ed25519";
  return spec;
}

Result<pki::Csr> request_of(const nlohmann::json& entry) {
  return pki::Csr::build(TRY(csr_template(spec_of(entry))), key_named("key"));
}

api::CertificateRequestSpec request_spec(const nlohmann::json& entry) {
  const api::CertificateSpec spec = spec_of(entry);
  api::CertificateRequestSpec request;
  request.request = kube::Bytes(entry.at("csr").get<std::string>());
  request.is_ca = spec.is_ca;
  request.usages = spec.usages;
  return request;
}

pki::CertificateTemplate with_serial(pki::CertificateTemplate wanted) {
  wanted.serial = "\x81\x02\x03";
  return wanted;
}

const TimePoint kNow = *parse_time("2026-05-06T07:08:09Z");

}  // namespace

TEST_CASE("known answers: each spec gives the field's request, or is refused as there", "[issuance]") {
  for (const auto& entry : document().at("entries")) {
    INFO(entry.at("name"));
    const auto csr = request_of(entry);
    REQUIRE(csr.has_value() != entry.value("refused", false));
    if (csr) CHECK(csr->to_pem() == entry.at("csr").get<std::string>());
  }
}

TEST_CASE("known answers: a request matches the spec that it was made from", "[issuance]") {
  for (const auto& entry : document().at("entries")) {
    if (!entry.contains("csr")) continue;
    INFO(entry.at("name"));
    const auto violations = request_violations(request_spec(entry), spec_of(entry));
    REQUIRE(violations.has_value());
    CHECK(*violations == std::vector<std::string>{});
  }
}

TEST_CASE("known answers: each request gives the field's certificate from a CA", "[issuance]") {
  const auto ca = std::move(pki::Certificate::parse_pem(document().at("ca").get<std::string>())).value();
  const IssuerUrls urls{.crl_distribution_points = {"http://crl.example/1", "http://crl.example/2"},
                        .ocsp_servers = {"http://ocsp.example"},
                        .issuing_certificate_urls = {"http://ca.example/a", "http://ca.example/b"}};
  for (const auto& entry : document().at("entries")) {
    if (!entry.contains("certificate")) continue;
    INFO(entry.at("name"));
    const auto wanted = certificate_template(request_spec(entry), urls, kNow);
    REQUIRE(wanted.has_value());
    const auto certificate =
        pki::sign_certificate(with_serial(wanted->certificate), wanted->key, ca, key_named("caKey"));
    REQUIRE(certificate.has_value());
    CHECK(certificate->to_pem() == entry.at("certificate").get<std::string>());
  }
}

TEST_CASE("known answers: each request gives the field's self-signed certificate", "[issuance]") {
  const IssuerUrls urls{.crl_distribution_points = {"http://crl.example/1", "http://crl.example/2"}};
  for (const auto& entry : document().at("entries")) {
    if (!entry.contains("selfSigned")) continue;
    INFO(entry.at("name"));
    const auto wanted = certificate_template(request_spec(entry), urls, kNow);
    REQUIRE(wanted.has_value());
    const auto certificate = pki::self_sign(with_serial(wanted->certificate), key_named("key"));
    REQUIRE(certificate.has_value());
    CHECK(certificate->to_pem() == entry.at("selfSigned").get<std::string>());
  }
}
