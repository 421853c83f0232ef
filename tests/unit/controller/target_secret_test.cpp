#include "controller/certificates/target_secret.h"

#include <catch2/catch.hpp>

#include "controller/certificates/encode.h"
#include "lib/api/resources.h"
#include "lib/pki/serving.h"
#include "tests/unit/controller/views.h"

namespace {

using namespace cw;                            // tests only
using namespace cw::controller::certificates;  // tests only
using namespace cw::controller::tests;         // tests only

TargetContent content() {
  static const auto pair = [] {
    pki::SystemKeyMaker keys;
    return *pki::make_ca({.common_name = "leaf"}, keys, kStart);
  }();
  return {.key_pem = std::string(pair.key_pem()->reveal()),
          .chain_pem = pair.certificate_pem(),
          .ca_pem = pair.certificate_pem(),
          .issuer = api::IssuerReference{"ca", "", ""}};
}

api::Secret written(const api::Certificate& certificate, const Settings& settings = {}) {
  auto secret = target_secret(std::nullopt, content(), certificate, settings);
  REQUIRE(secret);
  return *std::move(secret);
}

// As if all of it had been applied by us.
OwnedFields all_of(const api::Secret& secret) {
  OwnedFields owned;
  for (const auto& [key, value] : secret.data) owned.data.insert(key);
  for (const auto& [key, value] : secret.metadata.labels) owned.labels.insert(key);
  for (const auto& [key, value] : secret.metadata.annotations) owned.annotations.insert(key);
  for (const auto& owner : secret.metadata.owner_references) owned.owners.insert(owner.uid);
  return owned;
}

}  // namespace

TEST_CASE("target: what was written does not drift", "[certificates]") {
  const auto certificate = test_certificate();
  const auto secret = written(certificate);
  CHECK_FALSE(target_drift(secret, all_of(secret), certificate, {}));
  CHECK(secret.metadata.annotations.get("cert-manager.io/common-name") == "leaf");
}

TEST_CASE("target: only what we want is stated, of that version of the Secret", "[certificates]") {
  auto secret = written(test_certificate());
  secret.metadata.uid = "u";
  secret.metadata.resource_version = "7";
  secret.metadata.labels.set("theirs", "x");
  secret.data.set("theirs", kube::Bytes("x"));
  const auto again = target_secret(secret, content(), test_certificate(), {});
  REQUIRE(again);
  CHECK_FALSE(again->metadata.labels.contains("theirs"));
  CHECK_FALSE(again->data.contains("theirs"));
  CHECK(again->metadata.uid == "u");
  CHECK(again->metadata.resource_version == "7");
  CHECK_FALSE(target_drift(secret, all_of(written(test_certificate())), test_certificate(), {}));
}

TEST_CASE("target: an existing type is kept, a new Secret is of type tls", "[certificates]") {
  CHECK(written(test_certificate()).type == "kubernetes.io/tls");
  api::Secret opaque;
  opaque.type = "Opaque";
  CHECK(target_secret(opaque, content(), test_certificate(), {})->type == "Opaque");
}

TEST_CASE("target: drift is named by what differs", "[certificates]") {
  auto certificate = test_certificate();
  auto secret = written(certificate);
  auto owned = all_of(secret);
  Settings settings;
  std::string reason;
  SECTION("label") {
    secret.metadata.labels.erase("controller.cert-manager.io/fao");
    reason = "SecretManagedMetadataMismatch";
  }
  SECTION("details") {
    secret.metadata.annotations.set("cert-manager.io/alt-names", "wrong");
    reason = "SecretTemplateMismatch";
  }
  SECTION("a detail that does not apply is ours still") {
    owned.annotations.insert("cert-manager.io/email-sans");
    reason = "SecretManagedMetadataMismatch";
  }
  SECTION("someone else owns a detail alone") {
    owned.annotations.erase("cert-manager.io/common-name");
    reason = "SecretManagedMetadataMismatch";
  }
  SECTION("template") {
    certificate.spec.secret_template.emplace().annotations.set("a", "b");
    reason = "SecretTemplateMismatch";
  }
  SECTION("a key that the template no longer names") {
    owned.labels.insert("once");
    reason = "SecretTemplateMismatch";
  }
  SECTION("formats") {
    certificate.spec.additional_output_formats.push_back({"CombinedPEM"});
    reason = "AdditionalOutputFormatsMismatch";
  }
  SECTION("a format that is no longer asked for") {
    owned.data.insert("key.der");
    reason = "AdditionalOutputFormatsMismatch";
  }
  SECTION("owner") {
    settings.owner_reference = true;
    reason = "SecretOwnerRefMismatch";
  }
  SECTION("an owner of the time when the flag was set") {
    owned.owners.insert(certificate.metadata.uid);
    reason = "SecretOwnerRefMismatch";
  }
  SECTION("a keystore that is no longer asked for") {
    owned.data.insert("keystore.jks");
    reason = "SecretMismatch";
  }
  const auto drift = target_drift(secret, owned, certificate, settings);
  REQUIRE(drift);
  CHECK(drift->reason == reason);
}

TEST_CASE("target: what others put there is no drift", "[certificates]") {
  auto secret = written(test_certificate());
  const auto owned = all_of(secret);
  secret.metadata.labels.set("theirs", "x");
  secret.metadata.annotations.set("cert-manager.io/email-sans", "theirs@example.com");
  secret.data.set("keystore.jks", kube::Bytes("theirs"));
  secret.data.set("key.der", kube::Bytes("theirs"));
  CHECK_FALSE(target_drift(secret, owned, test_certificate(), {}));
}

TEST_CASE("target: who owns the annotations of name and issuer does not count", "[certificates]") {
  const auto secret = written(test_certificate());
  auto owned = all_of(secret);
  for (const auto* key : {"certificate-name", "issuer-name", "issuer-kind", "issuer-group"}) {
    REQUIRE(owned.annotations.erase(std::string("cert-manager.io/") + key) == 1);
    INFO(key);
    CHECK_FALSE(target_drift(secret, owned, test_certificate(), {}));
  }
}

TEST_CASE("target: the owner reference comes and goes with the flag", "[certificates]") {
  const auto certificate = test_certificate();
  auto secret = written(certificate, {.owner_reference = true});
  CHECK(kube::is_controlled_by(secret.metadata, certificate.metadata.uid));
  CHECK(target_secret(secret, content(), certificate, {})->metadata.owner_references.empty());
  auto other = test_certificate();
  other.metadata.uid = "other";
  secret.metadata.owner_references = {};
  secret.metadata.owner_references.push_back(kube::controller_reference(api::kCertificates, other.metadata));
  const auto with_other = target_secret(secret, content(), certificate, {.owner_reference = true});
  CHECK(with_other->metadata.owner_references.empty());
}

TEST_CASE("target: a template cannot override what the controller says", "[certificates]") {
  auto certificate = test_certificate();
  auto& wanted = certificate.spec.secret_template.emplace();
  wanted.annotations.set("cert-manager.io/certificate-name", "liar");
  wanted.labels.set("controller.cert-manager.io/fao", "false");
  const auto secret = written(certificate);
  CHECK(secret.metadata.annotations.get("cert-manager.io/certificate-name") == "web");
  CHECK(secret.metadata.labels.get("controller.cert-manager.io/fao") == "true");
}

TEST_CASE("status patch: carries the version, all conditions, and null for what is gone", "[certificates]") {
  auto certificate = test_certificate();
  certificate.status.next_private_key_secret_name = "k";
  certificate.status.conditions.push_back({.type = "Issuing",
                                           .status = "True",
                                           .last_transition_time = kStart,
                                           .reason = "r",
                                           .message = "m",
                                           .observed_generation = 1});
  api::CertificateStatus wanted;
  wanted.revision = 1;
  const auto patch = status_patch(certificate, wanted);
  CHECK(patch["metadata"]["resourceVersion"] == "100");
  CHECK(patch["status"]["conditions"] == kube::Json::array());
  CHECK(patch["status"]["nextPrivateKeySecretName"].is_null());
  CHECK(patch["status"]["revision"] == 1);
}

TEST_CASE("request: annotations are copied by prefix, exclusions win", "[certificates]") {
  const kube::Map all{{"kubectl.kubernetes.io/x", "1"}, {"team.example.com/y", "2"}, {"plain", "3"}};
  CHECK(copied_annotations(all, Settings{}.copied_annotations).size() == 2);
  CHECK(copied_annotations(all, {"team."}).size() == 1);
  CHECK(copied_annotations(all, {"*", "-*"}).empty());
  CHECK(copied_annotations(all, {}).empty());
}

TEST_CASE("request: carries what the field's requests carry", "[certificates]") {
  auto certificate = test_certificate();
  certificate.metadata.labels.set("l", "m");
  certificate.spec.duration = std::chrono::hours(5);
  const auto json = request_json(certificate, {"web-3", 3, "web-key"}, "CSR", {});
  CHECK(json["metadata"]["annotations"] ==
        kube::Json({{"cert-manager.io/certificate-name", "web"},
                    {"cert-manager.io/certificate-revision", "3"},
                    {"cert-manager.io/private-key-secret-name", "web-key"}}));
  CHECK(json["metadata"]["labels"]["l"] == "m");
  CHECK(json["metadata"]["ownerReferences"][0]["uid"] == "uid-web");
  CHECK(json["spec"]["duration"] == "5h0m0s");
  CHECK_FALSE(json.contains("status"));
}
