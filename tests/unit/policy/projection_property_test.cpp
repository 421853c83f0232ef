// The property behind the gate at admission: what is seen of a Certificate is what is seen of the
// CertificateRequest that is made of it. Random Certificates; the seed is printed on failure.
#include <random>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <simdjson.h>

#include "lib/issuance/request_name.h"
#include "lib/kube/service_account.h"
#include "lib/pki/private_key.h"
#include "lib/policy/request_view.h"

namespace cw::policy {
namespace {

constexpr const char* kController = "system:serviceaccount:cm:cert-manager";

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  unsigned below(unsigned limit) { return std::uniform_int_distribution<unsigned>(0, limit - 1)(random_); }
  bool once_in(unsigned n) { return below(n) == 0; }
  const char* pick(std::initializer_list<const char*> of) {
    return of.begin()[below(static_cast<unsigned>(of.size()))];
  }
  kube::List<std::string> some(std::initializer_list<const char*> of) {
    kube::List<std::string> list;
    while (!once_in(2)) list.push_back(pick(of));
    return list;
  }

 private:
  std::mt19937 random_;
};

api::X509Subject subject_of(Dice& dice) {
  const auto texts = [&] { return dice.some({"Acme", "a*b", "Möbel & Co", "", "日本", "x@y", "a_b"}); };
  api::X509Subject subject;
  subject.organizations = texts();
  subject.countries = texts();
  subject.organizational_units = texts();
  subject.localities = texts();
  subject.provinces = texts();
  subject.street_addresses = texts();
  subject.postal_codes = texts();
  subject.serial_number = dice.pick({"", "1", "äöü"});
  return subject;
}

api::CertificatePrivateKey key_of(Dice& dice) {
  api::CertificatePrivateKey key;
  key.algorithm = dice.pick({"ECDSA", "ECDSA", "ECDSA", "Ed25519", "Ed25519", "RSA", "", "DSA"});
  if (key.algorithm == "ECDSA") key.size = dice.once_in(2) ? 384 : dice.once_in(2) ? 521 : 0;
  if (dice.once_in(20)) key.size = 1024;
  return key;
}

void add_names(Dice& dice, api::CertificateSpec& spec) {
  spec.dns_names =
      dice.some({"a.example.com", "*.Example.com", "A.B", "xn--e1a.com", "a b", "a.com", "a.", ""});
  spec.ip_addresses =
      dice.some({"10.0.0.1", "::ffff:10.0.0.1", "2001:DB8::0:1", "::1", "fe80::1", "0.0.0.0"});
  spec.uris =
      dice.some({"spiffe://td/ns/a", "HTTP://Ex.com/%7e#", "urn:x", "http://h/a b", "mailto:a@b", "/p?"});
  spec.email_addresses = dice.some({"a@b", "A <a@b>", "a@B.COM", ""});
  while (dice.once_in(3)) {
    spec.other_names.push_back({.oid = dice.pick({"1.3.6.1.4.1.311.20.2.3", "1.2.3.4.5", "1.2.3.4.5"}),
                                .utf8_value = dice.pick({"upn@x", "ü", "*"})});
  }
}

// What a spec must not have: both sides have to fail.
void spoil(Dice& dice, api::CertificateSpec& spec) {
  switch (dice.below(6)) {
    case 0:
      return spec.dns_names.push_back("é.com");
    case 1:
      return spec.uris.push_back("http://[::1");
    case 2:
      return spec.ip_addresses.push_back("10.0.0");
    case 3:
      return spec.other_names.push_back({.oid = "1.x", .utf8_value = "a"});
    case 4:
      return spec.other_names.push_back({.oid = "1.2.3", .utf8_value = ""});
    default:
      spec.literal_subject = "CN=a,=b";
  }
}

api::Certificate certificate_of(Dice& dice) {
  api::Certificate certificate;
  certificate.metadata.name = dice.once_in(10) ? std::string(250, 'n') : "web";
  certificate.metadata.name_space = "team";
  api::CertificateSpec& spec = certificate.spec;
  spec.secret_name = "s";
  spec.issuer_ref = {dice.pick({"corp", "x"}), dice.pick({"", "ClusterIssuer"}),
                     dice.pick({"", "example.com"})};
  if (dice.once_in(2)) spec.subject = subject_of(dice);
  if (dice.once_in(2)) spec.common_name = dice.pick({"a.example.com", "Jürgen", "*", "a\tb"});
  if (dice.once_in(5)) {
    spec.literal_subject =
        dice.pick({"CN=a,DC=corp,DC=com", "CN=a+O=b,1.2.3.4=x,UID=u", "O=#0c0161", "CN=a\\,b,CN=c"});
  }
  add_names(dice, spec);
  spec.is_ca = dice.once_in(2);
  spec.usages = dice.some({"signing", "digital signature", "server auth", "s/mime", "any"});
  if (dice.once_in(30)) spec.usages.push_back("no such usage");
  if (dice.once_in(2)) spec.duration = std::chrono::seconds(dice.below(100'000'000));
  if (!dice.once_in(4)) spec.private_key = key_of(dice);
  if (dice.once_in(3)) spec.encode_usages_in_request = dice.once_in(2);
  if (dice.once_in(6)) spoil(dice, spec);
  return certificate;
}

// One key of each kind and size, made when it is first wanted.
Result<pki::PrivateKey> key_for(const pki::KeySpec& wanted) {
  static std::vector<std::pair<pki::KeySpec, pki::PrivateKey>> known;
  for (const auto& [spec, key] : known) {
    if (spec.algorithm == wanted.algorithm && spec.size == wanted.size) return key;
  }
  known.emplace_back(wanted, TRY(pki::PrivateKey::generate(wanted)));
  return known.back().second;
}

// As the controller does, with the API server's stamp of who asks.
Result<api::CertificateRequest> request_of(const api::Certificate& certificate,
                                           const Projection& projection) {
  const auto wanted = TRY(issuance::csr_template(certificate.spec, projection.requests));
  const auto key = TRY(key_for(TRY(issuance::key_spec(certificate.spec))));
  api::CertificateRequest request;
  request.metadata.name = issuance::request_name(certificate.metadata.name, projection.next_revision);
  request.metadata.name_space = certificate.metadata.name_space;
  request.spec.request = kube::Bytes(TRY(pki::Csr::build(wanted, key)).to_pem());
  request.spec.duration = certificate.spec.duration;
  request.spec.issuer_ref = certificate.spec.issuer_ref;
  request.spec.is_ca = certificate.spec.is_ca;
  request.spec.usages = certificate.spec.usages;
  const kube::UserInfo user = kube::user_named(kController);
  request.spec.username = user.username;
  request.spec.groups = user.groups;
  return api::decode_certificate_request(api::encode(request));
}

std::string spec_text(const api::Certificate& certificate) {
  return api::encode(certificate)["spec"].dump(-1, ' ', false, kube::Json::error_handler_t::replace);
}

Result<RequestView> view_of_made(const api::Certificate& certificate, const Projection& projection) {
  return view_of(TRY(request_of(certificate, projection)));
}

void check_same(const RequestView& projected, const RequestView& made) {
  CHECK(projected.name == made.name);
  CHECK(projected.issuer == made.issuer);
  CHECK(projected.subject == made.subject);
  CHECK(projected.dns_names == made.dns_names);
  CHECK(projected.ip_addresses == made.ip_addresses);
  CHECK(projected.uris == made.uris);
  CHECK(projected.email_addresses == made.email_addresses);
  CHECK(projected.other_names == made.other_names);
  CHECK(projected.usages == made.usages);
  CHECK(projected.duration == made.duration);
  CHECK(projected.key == made.key);
  CHECK(projected == made);
}

}  // namespace

TEST_CASE("a Certificate is seen as the request that is made of it") {
  constexpr unsigned kSeed = 20261128;
  constexpr unsigned kRuns = 1500;
  unsigned seen = 0;
  unsigned refused = 0;
  for (unsigned run = 0; run < kRuns; ++run) {
    Dice dice(kSeed + run);
    const api::Certificate certificate = certificate_of(dice);
    const Projection projection{.controller_user = kController,
                                .requests = {.basic_constraints = dice.once_in(2)},
                                .next_revision = 1 + static_cast<int>(dice.below(20))};
    INFO("seed " << kSeed + run << ": " << spec_text(certificate));
    const auto projected = view_of(certificate, projection);
    const auto made = view_of_made(certificate, projection);
    REQUIRE(projected.has_value() == made.has_value());
    if (projected) {
      ++seen;
      check_same(*projected, *made);
    } else {
      ++refused;
      CHECK(projected.error().message.find("spec") != std::string::npos);
    }
  }
  CHECK(seen > kRuns / 2);
  CHECK(refused > kRuns / 20);
}

TEST_CASE("a member whose feature gate is off is not asked for") {
  api::Certificate certificate;
  certificate.metadata.name = "web";
  certificate.spec.dns_names = {"a.example.com"};
  certificate.spec.other_names.push_back({.oid = "1.2.3", .utf8_value = "x"});
  Projection projection{.controller_user = kController};
  CHECK(view_of(certificate, projection)->other_names.size() == 1);
  projection.requests.other_names = false;
  const auto refused = view_of(certificate, projection);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find("spec.otherNames") != std::string::npos);
}

}  // namespace cw::policy
