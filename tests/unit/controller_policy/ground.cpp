#include "tests/unit/controller_policy/ground.h"

#include <thread>

#include "controller/metrics.h"
#include "controller/names.h"
#include "lib/api/certificate.h"
#include "lib/api/resources.h"
#include "lib/base/encoding.h"
#include "lib/issuance/csr_template.h"
#include "lib/kube/decode.h"
#include "lib/pki/csr.h"
#include "lib/rbac/rules.h"
#include "tests/unit/controller/scene.h"

namespace cw::controller::tests {
namespace {

// The RBAC objects of the API server, read anew for each question.
class StoredRules final : public rbac::Rulebook {
 public:
  explicit StoredRules(const contract::FakeKube& kube) : kube_(kube) {}
  void for_each_binding(const std::string& name_space, const Visit& visit) const override {
    for (const auto& resource : {api::kClusterRoleBindings, api::kRoleBindings}) {
      const auto listed = kube_.list(resource, {});
      for (const auto& item : listed->items) {
        const auto binding = rbac::decode_binding(item);
        CW_ASSERT(binding.has_value());
        const auto& where = binding->metadata.name_space;
        if (!where.empty() && where != name_space) continue;
        if (!visit(*binding)) return;
      }
    }
  }

  std::shared_ptr<const rbac::Role> find_role(const rbac::RoleReference& reference,
                                              const std::string& name_space) const override {
    const bool is_local = reference.kind == "Role";
    const auto found = kube_.get(is_local ? api::kRoles : api::kClusterRoles,
                                 {is_local ? name_space : std::string(), reference.name});
    if (!found) return nullptr;
    return std::make_shared<const rbac::Role>(*rbac::decode_role(*found));
  }

 private:
  const contract::FakeKube& kube_;
};

bool allows(const contract::FakeKube& kube, const kube::Json& review) {
  const auto& spec = review["spec"];
  const auto& asked = spec["resourceAttributes"];
  kube::UserInfo user;
  user.username = spec["user"];
  for (const auto& group : spec.value("groups", kube::Json::array())) user.groups.push_back(group);
  return rbac::is_allowed(StoredRules(kube), user,
                          {.verb = asked["verb"],
                           .api_group = asked["group"],
                           .resource = asked["resource"],
                           .name = asked["name"],
                           .name_space = asked["namespace"]});
}

pki::PrivateKey any_key() {
  pki::SystemKeyMaker keys;
  return *keys.make_key({.algorithm = pki::KeyAlgorithm::Ecdsa, .size = 256});
}

std::string csr_for(const std::vector<std::string>& dns_names) {
  static const auto key = any_key();
  api::CertificateSpec spec;
  spec.private_key.emplace().algorithm = "ECDSA";
  for (const auto& name : dns_names) spec.dns_names.push_back(name);
  return pki::Csr::build(*issuance::csr_template(spec), key)->to_pem();
}

}  // namespace

Result<kube::Json> ReviewingWriter::create(const kube::Resource& resource, const kube::Json& object,
                                           const kube::WriteOptions& options) {
  if (resource == api::kSubjectAccessReviews) {
    ++reviews;
    if (reviews_fail) return Error{Code::Forbidden, "no reviews today"};
    auto answer = object;
    answer["status"] = {{"allowed", allows(kube_, object)}};
    return answer;
  }
  auto stored = object;
  if (resource == api::kCertificateRequests) stored["spec"]["username"] = kController;
  return kube_.create(resource, stored, options);
}

Result<kube::Json> ReviewingWriter::update(const kube::Resource& resource, kube::Part part,
                                           const kube::Json& object, const kube::WriteOptions& options) {
  return kube_.update(resource, part, object, options);
}

Result<kube::Json> ReviewingWriter::merge_patch(const kube::Resource& resource, const kube::ObjectKey& key,
                                                kube::Part part, const kube::Json& patch,
                                                const kube::WriteOptions& options) {
  if (before_patch) before_patch(resource, patch);
  return kube_.merge_patch(resource, key, part, patch, options);
}

Result<kube::Json> ReviewingWriter::apply(const kube::Resource& resource, const kube::Json& config,
                                          const kube::WriteOptions& options) {
  return kube_.apply(resource, config, options);
}

Status ReviewingWriter::remove(const kube::Resource& resource, const kube::ObjectKey& key,
                               const kube::Preconditions& preconditions) {
  return kube_.remove(resource, key, preconditions);
}

void Told::record(const runtime::EventSubject& subject, const runtime::Event& event) {
  const std::scoped_lock lock(mutex_);
  const auto* type = event.type == runtime::EventType::Normal ? " Normal " : " Warning ";
  told_.emplace_back(subject.kind + "/" + subject.name + type + event.reason, event.message);
}

std::size_t Told::count(const std::string& text) const {
  const std::scoped_lock lock(mutex_);
  std::size_t count = 0;
  for (const auto& [head, message] : told_) count += head == text ? 1 : 0;
  return count;
}

std::string Told::message(const std::string& text) const {
  const std::scoped_lock lock(mutex_);
  for (auto at = told_.rbegin(); at != told_.rend(); ++at) {
    if (at->first == text) return at->second;
  }
  return {};
}

void Ground::start() {
  const auto on = enabled_controllers(options.controllers);
  machine = std::make_unique<Machine>(
      options, *on,
      Machine::Parts{
          .reader = kube, .writer = writer, .clock = clock, .key_maker = key_maker, .events = told});
  machine->start();
}

void Ground::restart() {
  machine->stop();
  start();
}

bool Ground::wait_for(const std::function<bool()>& reached) const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!reached()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

kube::Json Ground::apply(const kube::Resource& resource, kube::Json object) {
  auto created = kube.create(resource, object);
  if (created) return *std::move(created);
  CW_ASSERT(created.error().code == Code::AlreadyExists);
  const kube::ObjectKey key{object["metadata"].value("namespace", std::string()), object["metadata"]["name"]};
  auto patched = kube.merge_patch(resource, key, kube::Part::Object, object);
  CW_ASSERT(patched.has_value());
  return *std::move(patched);
}

kube::Json Ground::read(const kube::Resource& resource, const std::string& name_space,
                        const std::string& name) const {
  auto found = kube.get(resource, {name_space, name});
  return found ? *std::move(found) : kube::Json(nullptr);
}

void Ground::add_namespace(const std::string& name, kube::Json labels) {
  apply(api::kNamespaces, {{"metadata", {{"name", name}, {"labels", std::move(labels)}}}});
}

void Ground::add_policy(const std::string& name, kube::Json spec) {
  apply(api::kCertificateRequestPolicies, {{"metadata", {{"name", name}}}, {"spec", std::move(spec)}});
}

void Ground::set_ready(const std::string& policy, const std::string& status) {
  const kube::Json patch = {{"status",
                             {{"conditions",
                               {{{"type", "Ready"},
                                 {"status", status},
                                 {"reason", "Told"},
                                 {"message", ""},
                                 {"lastTransitionTime", "2026-01-01T00:00:00Z"}}}}}}};
  CW_ASSERT(kube.merge_patch(api::kCertificateRequestPolicies, {"", policy}, kube::Part::Status, patch)
                .has_value());
}

void Ground::bind(const std::string& policy) {
  apply(api::kClusterRoles, role("", "use-" + policy, policy));
  auto object = binding("", "use-" + policy, "use-" + policy, user(kUser));
  object["subjects"].push_back(user(kController));
  apply(api::kClusterRoleBindings, object);
}

void Ground::add_request(const std::string& name_space, const std::string& name,
                         const std::vector<std::string>& dns_names) {
  apply(api::kCertificateRequests, {{"metadata", {{"namespace", name_space}, {"name", name}}},
                                    {"spec",
                                     {{"username", kUser},
                                      {"groups", {"staff"}},
                                      {"issuerRef", {{"name", "none"}}},
                                      {"request", encode_base64(csr_for(dns_names))}}}});
}

std::string Ground::decision(const std::string& name_space, const std::string& name) const {
  const auto request = read(api::kCertificateRequests, name_space, name);
  if (request.is_null()) return {};
  for (const char* type : {"Approved", "Denied"}) {
    if (!condition(request, type).is_null()) return type;
  }
  return {};
}

std::string Ground::message(const std::string& name_space, const std::string& name) const {
  const auto found = condition(read(api::kCertificateRequests, name_space, name), decision(name_space, name));
  return found.is_null() ? std::string() : found.value("message", std::string());
}

bool Ground::becomes(const std::string& name_space, const std::string& name,
                     const std::string& decided) const {
  return wait_for([&] { return !decision(name_space, name).empty(); }) &&
         decision(name_space, name) == decided;
}

bool Ground::is_told_to_wait(const std::string& name) const {
  return wait_for([&] { return told.count("CertificateRequest/" + name + " Normal Unprocessed") > 0; });
}

std::string Ground::metrics() const { return metrics_text(*machine, clock.now()); }

kube::Json allowing(const std::vector<std::string>& dns_names) {
  return {{"selector", {{"issuerRef", kube::Json::object()}}},
          {"allowed", {{"dnsNames", {{"values", dns_names}}}}}};
}

kube::Json role(const std::string& name_space, const std::string& name, const std::string& policy) {
  kube::Json metadata = {{"name", name}};
  if (!name_space.empty()) metadata["namespace"] = name_space;
  return {{"metadata", metadata},
          {"rules",
           {{{"verbs", {"use"}},
             {"apiGroups", {"policy.cert-manager.io"}},
             {"resources", {"certificaterequestpolicies"}},
             {"resourceNames", {policy}}}}}};
}

kube::Json binding(const std::string& name_space, const std::string& name, const std::string& role,
                   kube::Json subject, bool of_cluster) {
  kube::Json metadata = {{"name", name}};
  if (!name_space.empty()) metadata["namespace"] = name_space;
  const bool cluster_role = name_space.empty() || of_cluster;
  return {{"metadata", metadata},
          {"subjects", kube::Json::array({std::move(subject)})},
          {"roleRef",
           {{"apiGroup", "rbac.authorization.k8s.io"},
            {"kind", cluster_role ? "ClusterRole" : "Role"},
            {"name", role}}}};
}

kube::Json user(const std::string& name) {
  return {{"kind", "User"}, {"apiGroup", "rbac.authorization.k8s.io"}, {"name", name}};
}

kube::Json group(const std::string& name) {
  return {{"kind", "Group"}, {"apiGroup", "rbac.authorization.k8s.io"}, {"name", name}};
}

}  // namespace cw::controller::tests
