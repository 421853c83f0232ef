#include "tests/unit/webhook/advice_world.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "lib/kube/admission_request.h"
#include "lib/pki/private_key.h"
#include "lib/pki/signer.h"
#include "webhook/advice/names_key.h"
#include "webhook/review.h"

namespace cw::test {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(CW_TEST_DATA) / "advice";

kube::ObjectKey key_of_text(const std::string& text) {
  const std::size_t slash = text.find('/');
  return {text.substr(0, slash), text.substr(slash + 1)};
}

// "team-a/web" and the members beside metadata.
template <typename T>
T decode_as(Result<T> (*decode)(const Json&), const std::string& key, Json object) {
  object["metadata"] = {{"namespace", key_of_text(key).name_space}, {"name", key_of_text(key).name}};
  return decode(object).value();
}

pki::NameConstraintSet constraints_of(const Json& given) {
  pki::NameConstraintSet set;
  set.dns_domains = given.value("dns", std::vector<std::string>());
  for (const std::string& range : given.value("ip", std::vector<std::string>())) {
    set.ip_ranges.push_back(pki::parse_cidr(range).value());
  }
  set.email_addresses = given.value("email", std::vector<std::string>());
  set.uri_domains = given.value("uri", std::vector<std::string>());
  return set;
}

pki::KeyUsage usage_of(const std::string& name) {
  if (name == "none") return 0;
  return name == "digitalSignature" ? pki::kDigitalSignature : pki::kCertSign;
}

pki::Certificate authority_of(const Json& given, TimePoint now) {
  static const auto kKey = pki::PrivateKey::generate({pki::KeyAlgorithm::Ecdsa, 256});
  pki::CertificateTemplate made;
  made.not_before = now - std::chrono::days(400);
  made.not_after = now + std::chrono::days(given.value("days", 3650));
  made.basic_constraints.is_ca = given.value("isCA", true);
  if (given.contains("pathLength")) made.basic_constraints.path_length = given["pathLength"].get<int>();
  made.key_usage = usage_of(given.value("usage", "certSign"));
  if (given.contains("permitted") || given.contains("excluded")) {
    const pki::NameConstraints constraints{true, constraints_of(given.value("permitted", Json::object())),
                                           constraints_of(given.value("excluded", Json::object()))};
    made.name_constraints = pki::Extension{std::string(pki::kNameConstraintsOid), true,
                                           pki::encode_name_constraints(constraints).value()};
  }
  made.raw_subject = std::string(
      "\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02"
      "CA",
      15);
  return pki::self_sign(made, kKey.value()).value();
}

class NoSigners final : public webhook::SignerResources {
 public:
  Result<std::optional<webhook::SignerResource>> find(std::string_view, std::string_view) override {
    return std::optional<webhook::SignerResource>();
  }
};

class NoAccess final : public webhook::SignerAccess {
 public:
  Result<bool> may_approve(const kube::UserInfo&, std::string_view) override { return false; }
};

}  // namespace

Json read_advice_file(const std::string& name) {
  std::ifstream file(kFolder / (name + ".json"));
  return Json::parse(file);
}

std::vector<std::string> advice_file_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

World::World(const Json& world, TimePoint now)
    : known_(!world.is_null()),
      cluster_resource_namespace_(known_ ? world.value("clusterResourceNamespace", "") : "") {
  if (!known_) return;
  const Json issuers = world.value("issuers", Json::object());
  const Json certificates = world.value("certificates", Json::object());
  const Json secrets = world.value("secrets", Json::object());
  const Json authorities = world.value("cas", Json::object());
  for (const auto& [key, issuer] : issuers.items()) {
    issuers_.emplace(key_of_text(key), std::make_shared<const api::Issuer>(
                                           decode_as<api::Issuer>(api::decode_issuer, key, issuer)));
  }
  for (const auto& [key, spec] : certificates.items()) {
    certificates_.emplace(
        key_of_text(key),
        decode_as<api::Certificate>(api::decode_certificate, key, Json{{"spec", spec}}).spec);
  }
  for (const auto& [key, owner] : secrets.items()) {
    secrets_.emplace(key_of_text(key), owner.get<std::string>());
  }
  for (const auto& [key, authority] : authorities.items()) {
    authorities_.emplace(key_of_text(key), authority_of(authority, now));
  }
}

webhook::IssuerFact World::issuer(const kube::ObjectKey& key) const {
  if (!known_) return {};
  const auto found = issuers_.find(key);
  if (found == issuers_.end()) return {webhook::Known::Absent, nullptr};
  return {webhook::Known::Present, found->second};
}

std::vector<std::string> World::namespaces_with_issuer(std::string_view name, std::size_t limit) const {
  std::vector<std::string> found;
  for (const auto& [key, issuer] : issuers_) {
    if (key.name == name && !key.name_space.empty() && found.size() < limit) found.push_back(key.name_space);
  }
  return found;
}

std::vector<std::string> World::certificates_of_secret(const kube::ObjectKey& secret) const {
  std::vector<std::string> found;
  for (const auto& [key, spec] : certificates_) {
    if (key.name_space == secret.name_space && spec.secret_name == secret.name) found.push_back(key.name);
  }
  return found;
}

std::vector<kube::ObjectKey> World::certificates_with_names(std::string_view names_key) const {
  std::vector<kube::ObjectKey> found;
  for (const auto& [key, spec] : certificates_) {
    if (webhook::names_key(key.name_space, spec) == names_key) found.push_back(key);
  }
  return found;
}

webhook::SecretFact World::secret(const kube::ObjectKey& key) const {
  if (!known_) return {};
  const auto found = secrets_.find(key);
  if (found == secrets_.end()) return {webhook::Known::Absent, ""};
  return {webhook::Known::Present, found->second};
}

std::vector<kube::ObjectKey> World::issuers_of_ca_secret(const kube::ObjectKey& secret) const {
  std::vector<kube::ObjectKey> found;
  for (const auto& [key, issuer] : issuers_) {
    const std::string& where = key.name_space.empty() ? cluster_resource_namespace_ : key.name_space;
    if (!issuer->spec.ca || issuer->spec.ca->secret_name != secret.name) continue;
    if (where == secret.name_space) found.push_back(key);
  }
  return found;
}

std::optional<pki::Certificate> World::ca_certificate(const kube::ObjectKey& issuer) const {
  const auto found = authorities_.find(issuer);
  return found == authorities_.end() ? std::nullopt : std::optional(found->second);
}

webhook::Verdict judge_advised(const Json& base, const Json& one_case, const webhook::Enforcement& enforced) {
  NoSigners signers;
  NoAccess access;
  const ManualClock clock(kAdviceNow);
  const World world(one_case.value("world", Json()), kAdviceNow);
  const webhook::ReviewAnswer reviews({}, {signers, access}, {&world, &clock, enforced});
  kube::ReviewParser parser;
  const auto request = parser.decode(review_of(base, one_case));
  REQUIRE(request);
  return reviews.judge(kube::AdmissionStep::Validate, *request);
}

std::vector<std::string> warned_paths(const webhook::Verdict& verdict, const std::string& rule) {
  std::vector<std::string> paths;
  for (const std::string& warning : verdict.warnings) {
    if (warning.ends_with(" (" + rule + ")")) paths.push_back(warning.substr(0, warning.find(": ")));
  }
  return paths;
}

std::vector<std::string> refused_paths(const webhook::Verdict& verdict, const std::string& rule) {
  std::vector<std::string> paths;
  for (const kube::FieldError& error : verdict.errors) {
    if (error.rule == rule) paths.push_back(error.field);
  }
  return paths;
}

}  // namespace cw::test
