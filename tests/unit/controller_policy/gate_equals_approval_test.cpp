// The invariant behind the gate at admission (reference/policy.md 3.1, no. 88): the verdict over a
// Certificate is the verdict over the CertificateRequest that our own controller makes of it, for the same
// policies, rights and labels. Random; the seed is printed on failure.
#include <random>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "controller/certificates/encode.h"
#include "controller/certificates/request.h"
#include "lib/issuance/csr_template.h"
#include "lib/kube/service_account.h"
#include "lib/pki/csr.h"
#include "tests/unit/policy/policy_scene.h"

namespace {

using namespace cw;  // tests only
using test::Json;

constexpr const char* kMaker = "system:serviceaccount:cert-manager:cert-manager";

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  bool chance(unsigned of_ten) { return below(10) < of_ten; }
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(engine_);
  }
  std::string pick(const std::vector<std::string>& of) { return of[below(of.size())]; }
  std::vector<std::string> some(const std::vector<std::string>& of, std::size_t most) {
    std::vector<std::string> all;
    for (auto i = below(most + 1); i > 0; --i) all.push_back(pick(of));
    return all;
  }

 private:
  std::mt19937 engine_;
};

const std::vector<std::string> kDns{"a.example.com", "*.example.com", "A.Example.com", "b.test",
                                    "xn--e1a.test"};
const std::vector<std::string> kIps{"10.0.0.1", "::1", "2001:DB8::0:1", "::ffff:10.0.0.1"};
const std::vector<std::string> kUris{"spiffe://a/b", "https://x.test/%7Ea?q=1#f", "urn:isbn:1"};
const std::vector<std::string> kWords{"Acme", "web", "Möbel & Co", "x"};

void set_list(kube::List<std::string>& list, std::vector<std::string> items) {
  if (!items.empty()) list = kube::List<std::string>(std::move(items));
}

void set_key(Dice& dice, api::CertificateSpec& spec) {
  if (dice.chance(2)) return;
  spec.private_key.emplace();
  spec.private_key->algorithm = dice.pick({"ECDSA", "ECDSA", "Ed25519", ""});
  if (spec.private_key->algorithm == "ECDSA" && dice.chance(5)) {
    spec.private_key->size = dice.chance(5) ? 384 : 256;
  }
}

api::Certificate random_certificate(Dice& dice) {
  api::Certificate certificate;
  certificate.metadata.name = dice.pick({"web", "api", std::string(240, 'n')});
  certificate.metadata.name_space = dice.pick({"team", "team-b"});
  certificate.metadata.uid = "u";
  auto& spec = certificate.spec;
  spec.secret_name = "tls";
  spec.issuer_ref = {dice.pick({"corp", "other"}), dice.pick({"", "Issuer", "ClusterIssuer"}),
                     dice.pick({"", "cert-manager.io", "x.test"})};
  if (dice.chance(5)) spec.common_name = dice.pick({"web", "a.example.com", "Möbel"});
  set_list(spec.dns_names, dice.some(kDns, 3));
  set_list(spec.ip_addresses, dice.some(kIps, 2));
  set_list(spec.uris, dice.some(kUris, 2));
  set_list(spec.email_addresses, dice.some({"a@b.test", "A@B.test"}, 1));
  if (dice.chance(4)) {
    spec.subject.emplace();
    set_list(spec.subject->organizations, dice.some(kWords, 2));
    set_list(spec.subject->localities, dice.some(kWords, 1));
    spec.subject->serial_number = dice.pick({"", "1"});
  }
  if (dice.chance(1)) {
    const auto issuer = spec.issuer_ref;
    spec = {};
    spec.secret_name = "tls";
    spec.issuer_ref = issuer;
    spec.literal_subject = "CN=web,O=Acme,DC=example,DC=com";
  }
  if (dice.chance(5)) spec.duration = std::chrono::hours(1 + dice.below(4));
  set_list(spec.usages, dice.some({"digital signature", "server auth", "client auth", "signing"}, 3));
  spec.is_ca = dice.chance(2);
  set_key(dice, spec);
  return certificate;
}

Json random_policy(Dice& dice, std::size_t number) {
  Json policy{{"name", "p" + std::to_string(number)}, {"ready", true}};
  policy["selector"] = {{"issuerRef", Json::object()}};
  if (dice.chance(3)) policy["selector"]["issuerRef"]["name"] = dice.pick({"corp", "c*", "other"});
  if (dice.chance(2)) policy["selector"]["issuerRef"]["kind"] = dice.pick({"Issuer", "Cluster*"});
  if (dice.chance(2)) policy["selector"]["issuerRef"]["group"] = dice.pick({"cert-manager.io", "x.*"});
  if (dice.chance(3)) policy["selector"]["namespace"]["matchNames"] = {dice.pick({"team", "team-*"})};
  if (dice.chance(2)) policy["selector"]["namespace"]["matchLabels"] = {{"env", dice.pick({"a", "b"})}};
  Json& allowed = policy["allowed"] = Json::object();
  if (dice.chance(8)) allowed["commonName"] = {{"value", dice.pick({"*", "web", "*.example.com"})}};
  const auto list = [&](const char* field, const std::vector<std::string>& exact) {
    if (dice.chance(9)) allowed[field] = {{"values", {dice.chance(8) ? "*" : dice.pick(exact)}}};
  };
  list("dnsNames", kDns);
  list("ipAddresses", {"10.0.0.1", "2001:db8::1"});
  list("uris", kUris);
  list("emailAddresses", {"a@b.test"});
  if (dice.chance(2)) {
    allowed["dnsNames"] = {
        {"validations",
         Json::array(
             {{{"rule", dice.pick({"self.endsWith('.com')", "cr.name.startsWith('web-')",
                                   "cr.username.endsWith('manager')", "cr.namespace == 'team'"})}}})}};
  }
  if (dice.chance(7)) {
    allowed["subject"] = {{"organizations", {{"values", {"*"}}}},
                          {"localities", {{"values", {"*"}}}},
                          {"serialNumber", {{"value", "*"}}}};
    if (dice.chance(3)) {
      allowed["subject"]["otherAttributes"] =
          Json::array({{{"oid", "0.9.2342.19200300.100.1.25"}, {"values", {"*"}}}});
    }
  }
  if (dice.chance(8)) allowed["isCA"] = true;
  if (dice.chance(9)) allowed["usages"] = {"digital signature", "server auth", "client auth", "signing"};
  if (dice.chance(3)) policy["constraints"]["maxDuration"] = dice.pick({"2h", "90m"});
  if (dice.chance(3)) policy["constraints"]["privateKey"] = {{"algorithm", dice.pick({"ECDSA", "RSA"})}};
  if (dice.chance(2)) policy["constraints"]["privateKey"]["minSize"] = 384;
  if (dice.chance(1)) policy["mode"] = "warn";
  return policy;
}

void make_world(Dice& dice, test::SceneWorld& world) {
  world.namespaces = {{"team", kube::Map{{"env", "a"}}}, {"team-b", kube::Map{{"env", "b"}}}};
  world.everybody = dice.chance(8);
  for (std::size_t i = dice.below(5); i > 0; --i) {
    const auto policy = random_policy(dice, i);
    if (dice.chance(6)) world.bound.insert(policy["name"].get<std::string>());
    world.all.insert(world.all.begin(), test::policy_of(policy));
  }
  if (dice.chance(2)) {
    world.guard = kube::Map{{"certwright.dev/allowed-namespaces", dice.pick({"team", "team-*", "x"})}};
  }
}

// As ActionExecutor makes it, stamped as the webhook stamps it. Null: none can be made.
std::optional<api::CertificateRequest> request_of(const api::Certificate& certificate) {
  const auto wanted = issuance::csr_template(certificate.spec);
  const auto key_spec = issuance::key_spec(certificate.spec);
  if (!wanted || !key_spec || key_spec->algorithm == pki::KeyAlgorithm::Rsa) return std::nullopt;
  pki::SystemKeyMaker keys;
  const auto csr = pki::Csr::build(*wanted, *keys.make_key(*key_spec));
  if (!csr) return std::nullopt;
  using controller::certificates::request_name;
  const auto json = controller::certificates::request_json(
      certificate, {.name = request_name(certificate.metadata.name, 1), .revision = 1, .key_secret = "next"},
      csr->to_pem(), {});
  constexpr Result<api::CertificateRequest> (*kDecode)(const kube::Json&) = api::decode_certificate_request;
  auto request = *kDecode(json);
  const auto maker = kube::user_named(kMaker);
  request.spec.username = maker.username;
  request.spec.groups = maker.groups;
  return request;
}

std::string answer_of(const policy::Verdict& verdict) {
  return std::string(policy::word_of(verdict.answer)) + " " + verdict.policy + " " + verdict.message;
}

}  // namespace

TEST_CASE("the verdict over a Certificate is the verdict over the request that is made of it", "[policy]") {
  constexpr unsigned kRuns = 600;
  const policy::Options options{.on = true};
  std::map<policy::Answer, int> answers;
  for (unsigned seed = 1; seed <= kRuns; ++seed) {
    Dice dice(seed);
    const auto certificate = random_certificate(dice);
    const auto request = request_of(certificate);
    if (!request) continue;
    test::SceneWorld world;
    make_world(dice, world);
    const auto of_certificate = policy::view_of(certificate, {.controller_user = kMaker});
    const auto of_request = policy::view_of(*request);
    INFO("seed " << seed);
    REQUIRE(of_certificate.has_value());
    REQUIRE(of_request.has_value());
    const auto expected = policy::decide(*of_request, world, options);
    REQUIRE(answer_of(policy::decide(*of_certificate, world, options)) == answer_of(expected));
    ++answers[expected.answer];
  }
  // It says something only if every answer came up.
  CHECK(answers[policy::Answer::Approved] > 10);
  CHECK(answers[policy::Answer::Denied] > 10);
  CHECK(answers[policy::Answer::Pending] > 10);
}
