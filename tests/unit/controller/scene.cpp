#include "tests/unit/controller/scene.h"

#include <algorithm>

#include "controller/names.h"
#include "lib/api/resources.h"
#include "lib/base/encoding.h"
#include "lib/pki/certificate.h"

namespace cw::controller::tests {
namespace {

constexpr std::size_t kManyPasses = 2000;

}  // namespace

std::size_t RecordedEvents::count(const std::string& text) const {
  const auto events = all();
  return static_cast<std::size_t>(std::count(events.begin(), events.end(), text));
}

std::unique_ptr<Machine> Scene::controller(kube::KubeWriter* writer) {
  auto on = enabled_controllers(options.controllers);
  CW_ASSERT(on.has_value());
  return std::make_unique<Machine>(options, *on,
                                   Machine::Parts{.reader = kube,
                                                  .writer = writer != nullptr ? *writer : kube,
                                                  .clock = clock,
                                                  .key_maker = key_maker,
                                                  .events = events,
                                                  .acme = acme});
}

std::size_t Scene::settle() { return settle(*controller()); }

std::size_t Scene::settle(Machine& machine) {
  const auto listed = machine.list_once();
  CW_ASSERT(listed.has_value());
  return machine.drain(kManyPasses);
}

kube::Json Scene::apply(const kube::Resource& resource, kube::Json object) {
  auto created = kube.create(resource, object);
  if (created) return *std::move(created);
  CW_ASSERT(created.error().code == Code::AlreadyExists);
  const kube::ObjectKey key{object["metadata"].value("namespace", std::string()), object["metadata"]["name"]};
  auto patched = kube.merge_patch(resource, key, kube::Part::Object, object);
  CW_ASSERT(patched.has_value());
  return *std::move(patched);
}

kube::Json Scene::read(const kube::Resource& resource, const std::string& name_space,
                       const std::string& name) const {
  auto found = kube.get(resource, {name_space, name});
  return found ? *std::move(found) : kube::Json(nullptr);
}

std::vector<kube::Json> Scene::list(const kube::Resource& resource) const {
  auto listed = kube.list(resource, {});
  CW_ASSERT(listed.has_value());
  return std::move(listed->items);
}

void Scene::add_ca(const std::string& ns) {
  apply(api::kIssuers, issuer(ns, "root", {{"selfSigned", kube::Json::object()}}));
  apply(api::kCertificates, certificate(ns, "ca",
                                        {{"isCA", true},
                                         {"commonName", "test ca"},
                                         {"dnsNames", nullptr},
                                         {"duration", "87600h"},
                                         {"secretName", "ca"},
                                         {"issuerRef", {{"name", "root"}}}}));
  apply(api::kIssuers, issuer(ns, "ca", {{"ca", {{"secretName", "ca"}}}}));
}

std::size_t Scene::creates_of(const std::string& plural) const {
  const auto writes = kube.writes();
  return static_cast<std::size_t>(
      std::count_if(writes.begin(), writes.end(), [&](const contract::Call& call) {
        return call.verb == contract::Verb::Create && call.plural == plural;
      }));
}

void leave_unapproved(Scene& scene) {
  scene.add_ca("mesh");
  scene.settle();
  scene.options.controllers = {"*", "-certificaterequests-approver"};
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  scene.settle();
}

void deny(Scene& scene, const std::string& request, const std::string& message) {
  const kube::Json patch = {
      {"status",
       {{"conditions",
         {{{"type", "Denied"}, {"status", "True"}, {"reason", "Policy"}, {"message", message}}}}}}};
  const auto denied =
      scene.kube.merge_patch(api::kCertificateRequests, {"mesh", request}, kube::Part::Status, patch);
  CW_ASSERT(denied.has_value());
}

kube::Json issuer(const std::string& ns, const std::string& name, kube::Json spec) {
  kube::Json metadata = {{"name", name}};
  if (!ns.empty()) metadata["namespace"] = ns;
  return {{"metadata", metadata}, {"spec", std::move(spec)}};
}

kube::Json certificate(const std::string& ns, const std::string& name, kube::Json spec_changes) {
  kube::Json spec = {{"secretName", name + "-tls"},
                     {"dnsNames", {name + ".example.com", "www." + name + ".example.com"}},
                     {"issuerRef", {{"name", "ca"}}},
                     {"privateKey", {{"algorithm", "ECDSA"}, {"size", 256}}}};
  if (spec_changes.is_object()) spec.merge_patch(spec_changes);
  return {{"metadata", {{"namespace", ns}, {"name", name}}}, {"spec", std::move(spec)}};
}

kube::Json condition(const kube::Json& object, const std::string& type) {
  const auto conditions = object.value(kube::Json::json_pointer("/status/conditions"), kube::Json::array());
  for (const auto& condition : conditions) {
    if (condition["type"] == type) return condition;
  }
  return nullptr;
}

std::string ready(const kube::Json& object) {
  const auto found = condition(object, "Ready");
  if (found.is_null()) return "none";
  return found["status"].get<std::string>() + "/" + found["reason"].get<std::string>();
}

std::string ready_message(const kube::Json& object) {
  const auto found = condition(object, "Ready");
  return found.is_null() ? std::string() : found.value("message", std::string());
}

std::string secret_value(const kube::Json& secret, const std::string& key) {
  const auto text = secret.value(kube::Json::json_pointer("/data/" + key), std::string());
  return decode_base64(text).value_or("");
}

std::string what_is_wrong(const Scene& scene, const std::string& ns, const std::string& name, int revision) {
  const auto stored = scene.read(api::kCertificates, ns, name);
  if (ready(stored) != "True/Ready") return "not ready: " + ready(stored) + " " + ready_message(stored);
  const auto& status = stored["status"];
  if (status.value("revision", 0) != revision) return "revision is " + status.dump();
  if (!condition(stored, "Issuing").is_null()) return "still issuing";
  if (status.contains("nextPrivateKeySecretName")) return "status still names a next key";
  const auto secret = scene.read(api::kSecrets, ns, stored["spec"]["secretName"]);
  const auto leaf = pki::Certificate::parse_pem(secret_value(secret, "tls.crt"));
  const auto key = pki::PrivateKey::parse_pem(secret_value(secret, "tls.key"));
  if (!leaf || !key || !leaf->matches(key->public_key())) return "the Secret holds no key pair";
  for (const auto& other : scene.list(api::kSecrets)) {
    const auto labels = other["metadata"].value("labels", kube::Json::object());
    if (!labels.contains("cert-manager.io/next-private-key")) continue;
    if (other["metadata"]["ownerReferences"][0]["name"] == name) return "a next key is left over";
  }
  const auto request = scene.read(api::kCertificateRequests, ns, name + "-" + std::to_string(revision));
  if (request.is_null()) return "no request of this revision";
  const auto issued = request.value(kube::Json::json_pointer("/status/certificate"), std::string());
  if (decode_base64(issued) != secret_value(secret, "tls.crt")) return "the Secret holds another certificate";
  return {};
}

}  // namespace cw::controller::tests
