// A cluster in memory with facts that follow it. Threads are real; whoever waits does so for at most a
// minute.
#pragma once

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include <nlohmann/json.hpp>

#include "lib/api/resources.h"
#include "lib/base/encoding.h"
#include "lib/pki/serving.h"
#include "tests/contract/fake_kube.h"
#include "webhook/advice/cluster_facts.h"

namespace cw::test {

using kube::Json;

struct FactsScene {
  ManualClock clock{TimePoint(std::chrono::seconds(1'767'323'045))};
  contract::FakeKube kube{clock};
  pki::SystemKeyMaker keys;
  webhook::ClusterFactsOptions options;

  void put(const kube::Resource& resource, Json object) {
    object["apiVersion"] = kube::api_version(resource);
    object["kind"] = resource.kind;
    const kube::ObjectKey key{object["metadata"].value("namespace", ""), object["metadata"]["name"]};
    const auto stored = kube.get(resource, key);
    if (stored) object["metadata"]["resourceVersion"] = (*stored)["metadata"]["resourceVersion"];
    const auto written =
        stored ? kube.update(resource, kube::Part::Object, object) : kube.create(resource, object);
    if (!written) throw std::runtime_error(written.error().message);
  }
  void remove(const kube::Resource& resource, const kube::ObjectKey& key) {
    if (const auto removed = kube.remove(resource, key); !removed) {
      throw std::runtime_error(removed.error().message);
    }
  }
  pki::Certificate put_ca_secret(const std::string& ns, const std::string& name) {
    const auto ca = *pki::make_ca({.common_name = name}, keys, clock.now());
    put(api::kSecrets,
        {{"metadata", {{"namespace", ns}, {"name", name}}},
         {"data",
          {{"tls.crt", encode_base64(ca.certificate_pem())}, {"tls.key", encode_base64("never kept")}}}});
    return ca.certificate;
  }
  // Every call on that resource is refused with that code, until this is called with another one.
  void refuse(const std::string& plural, Code code) {
    kube.fail_when([plural, code](const contract::Call& call) -> std::optional<Error> {
      if (call.plural == plural) return Error{code, "refused"};
      return std::nullopt;
    });
  }
  void refuse_nothing() { kube.fail_when(nullptr); }
};

inline Json issuer_object(const std::string& ns, const std::string& name, const Json& spec) {
  Json metadata{{"name", name}};
  if (!ns.empty()) metadata["namespace"] = ns;
  return {{"metadata", metadata}, {"spec", spec}};
}

inline Json certificate_object(const std::string& ns, const std::string& name, const std::string& secret,
                               const Json& dns_names) {
  return {{"metadata", {{"namespace", ns}, {"name", name}}},
          {"spec", {{"secretName", secret}, {"dnsNames", dns_names}, {"issuerRef", {{"name", "ca"}}}}}};
}

inline Json secret_object(const std::string& ns, const std::string& name, const Json& annotations) {
  return {{"metadata", {{"namespace", ns}, {"name", name}, {"annotations", annotations}}}};
}

template <typename Condition>
bool becomes_true(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace cw::test
