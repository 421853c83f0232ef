// A cluster as the serving certificate sees it: an API server with the two configurations of manifests/, and
// replicas of the webhook that share a CA Secret. Time moves by hand.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/api/resources.h"
#include "lib/base/encoding.h"
#include "tests/contract/fake_kube.h"
#include "webhook/serving/shared_certificate.h"

namespace cw::test {

using kube::Json;

class FreshKeys final : public pki::KeyMaker {
 public:
  int made = 0;
  Result<pki::PrivateKey> make_key(const pki::KeySpec& spec) override {
    ++made;
    return pki::PrivateKey::generate(spec);
  }
};

inline Json webhook_of_service(const std::string& service) {
  return {{"name", "webhook.cert-manager.io"},
          {"clientConfig", {{"service", {{"name", service}, {"namespace", "cert-manager"}}}}}};
}

struct ServingCluster {
  const kube::ObjectKey secret{"cert-manager", "cert-manager-webhook-ca"};
  const std::string name = "cert-manager-webhook";
  ManualClock clock{TimePoint(std::chrono::seconds(1'700'000'000))};
  contract::FakeKube api{clock};
  FreshKeys keys;

  // Both configurations, with an annotation that names our Secret.
  void install() {
    for (const auto& resource : {webhook::kValidatingConfigurations, webhook::kMutatingConfigurations}) {
      put(resource,
          {{"name", name},
           {"annotations",
            {{"cert-manager.io/inject-ca-from-secret", secret.name_space + "/" + secret.name}}}},
          {webhook_of_service(name)});
    }
  }
  void put(const kube::Resource& resource, const Json& metadata, const std::vector<Json>& webhooks) {
    const Json object{{"apiVersion", kube::api_version(resource)},
                      {"kind", std::string(resource.kind)},
                      {"metadata", metadata},
                      {"webhooks", webhooks}};
    if (const auto created = api.create(resource, object); !created) std::abort();
  }
  Json configuration(const kube::Resource& resource) { return *api.get(resource, {"", name}); }
  void set_bundle(const kube::Resource& resource, const std::string& pem) {
    Json object = configuration(resource);
    object["webhooks"][0]["clientConfig"]["caBundle"] = encode_base64(pem);
    if (!api.update(resource, kube::Part::Object, object)) std::abort();
  }
  std::vector<pki::Certificate> bundle(const kube::Resource& resource) {
    const Json client = configuration(resource)["webhooks"][0]["clientConfig"];
    return webhook::read_bundle(decode_base64(client.value("caBundle", "")).value_or(""));
  }
  std::vector<pki::Certificate> bundle() { return bundle(webhook::kValidatingConfigurations); }
  void delete_secret() { (void)api.remove(api::kSecrets, secret); }
  pki::Certificate stored_ca() {
    const Json data = (*api.get(api::kSecrets, secret))["data"];
    return *pki::Certificate::parse_pem(*decode_base64(data["ca.crt"].get<std::string>()));
  }

  webhook::ServingAuthority authority() { return {{.key = secret}, api, api, keys, clock}; }
  std::unique_ptr<webhook::SharedCertificate> replica(std::vector<std::string> names = {}) {
    const std::vector<std::string> dns_names{name + ".cert-manager.svc"};
    identities.push_back(http::TlsIdentity::empty());
    return std::make_unique<webhook::SharedCertificate>(
        webhook::SharedCertificate::Settings{std::chrono::hours(168), secret}, authority(),
        webhook::Leaf({dns_names, std::chrono::hours(168)}, keys, clock, identities.back()),
        std::make_unique<webhook::AdmissionConfigurations>(
            webhook::OurConfigurations{std::move(names), dns_names, secret}, api, api, clock),
        clock);
  }
  std::vector<std::shared_ptr<http::TlsIdentity>> identities;
};

}  // namespace cw::test
