// Ground: a controller with policy on and all its threads, against an API server in memory that answers
// SubjectAccessReviews by the RBAC objects it holds. Waits for what is to come, with an end.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "controller/machine.h"
#include "controller/options.h"
#include "lib/base/clock.h"
#include "lib/pki/private_key.h"
#include "tests/contract/fake_kube.h"

namespace cw::controller::tests {

inline const std::string kUser = "jane";
inline const std::string kController = "system:serviceaccount:cert-manager:cert-manager";

// Between controller and API server: answers who may use what, and stamps requests as the webhook does.
class ReviewingWriter final : public kube::KubeWriter {
 public:
  explicit ReviewingWriter(contract::FakeKube& kube) : kube_(kube) {}
  Result<kube::Json> create(const kube::Resource&, const kube::Json&, const kube::WriteOptions&) override;
  Result<kube::Json> update(const kube::Resource&, kube::Part, const kube::Json&,
                            const kube::WriteOptions&) override;
  Result<kube::Json> merge_patch(const kube::Resource&, const kube::ObjectKey&, kube::Part, const kube::Json&,
                                 const kube::WriteOptions&) override;
  Result<kube::Json> apply(const kube::Resource&, const kube::Json&, const kube::WriteOptions&) override;
  Status remove(const kube::Resource&, const kube::ObjectKey&, const kube::Preconditions&) override;

  std::atomic<int> reviews{0};
  std::atomic<bool> reviews_fail{false};
  // Set before the start; called by the threads that write.
  std::function<void(const kube::Resource&, const kube::Json& patch)> before_patch;

 private:
  contract::FakeKube& kube_;
};

class Told final : public runtime::EventSink {
 public:
  void record(const runtime::EventSubject& subject, const runtime::Event& event) override;
  // "CertificateRequest/web-1 Warning Denied".
  std::size_t count(const std::string& text) const;
  // Of the last such event; empty: there is none.
  std::string message(const std::string& text) const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, std::string>> told_;
};

struct Ground {
  Ground() { options.policy.on = true; }

  void start();
  void restart();
  bool wait_for(const std::function<bool()>& reached) const;

  kube::Json apply(const kube::Resource&, kube::Json object);
  kube::Json read(const kube::Resource&, const std::string& name_space, const std::string& name) const;
  void add_namespace(const std::string& name, kube::Json labels = kube::Json::object());
  // Ready as its reconciler makes it, unless `conditions` say otherwise.
  void add_policy(const std::string& name, kube::Json spec);
  void set_ready(const std::string& policy, const std::string& status);
  // ClusterRole and ClusterRoleBinding "use-<policy>" for jane and the controller.
  void bind(const std::string& policy);
  // Of jane, for these names, to issuer "none" (which there is not).
  void add_request(const std::string& name_space, const std::string& name,
                   const std::vector<std::string>& dns_names = {"a.example.com"});

  // "Approved", "Denied" or "".
  std::string decision(const std::string& name_space, const std::string& name) const;
  std::string message(const std::string& name_space, const std::string& name) const;
  bool becomes(const std::string& name_space, const std::string& name, const std::string& decided) const;
  // It was looked at, and waits.
  bool is_told_to_wait(const std::string& name) const;
  std::string metrics() const;

  SystemClock clock;
  contract::FakeKube kube{clock};
  ReviewingWriter writer{kube};
  Told told;
  pki::SystemKeyMaker key_maker;
  ControllerOptions options;
  std::unique_ptr<Machine> machine;
};

// A selector that takes everything, and these DNS names allowed.
kube::Json allowing(const std::vector<std::string>& dns_names);
kube::Json role(const std::string& name_space, const std::string& name, const std::string& policy);
// Of a ClusterRole if the namespace is empty or `of_cluster`.
kube::Json binding(const std::string& name_space, const std::string& name, const std::string& role,
                   kube::Json subject, bool of_cluster = false);
kube::Json user(const std::string& name);
kube::Json group(const std::string& name);

}  // namespace cw::controller::tests
