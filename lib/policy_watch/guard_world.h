// GuardWorld: the World where policy is off and only the guards of issuers have a say. Keeps nothing but, for
// a few seconds, the labels of Namespaces that were asked for. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/kube/client.h"
#include "lib/policy/decide.h"

namespace cw::policy {

// As World::issuer_annotations.
using FindAnnotations =
    std::function<Result<std::optional<kube::Map>>(const api::IssuerReference&, const std::string&)>;

// What it answers; an error says that it is about the issuer.
Result<std::optional<kube::Map>> find_annotations(const FindAnnotations&, const api::IssuerReference&,
                                                  const std::string& name_space);

class GuardWorld final : public World {
 public:
  GuardWorld(const kube::KubeReader& reader, const Clock& clock, FindAnnotations annotations)
      : reader_(reader), clock_(clock), annotations_(std::move(annotations)) {}

  std::vector<PolicyPointer> policies() const override { return {}; }
  Result<std::optional<kube::Map>> namespace_labels(const std::string& name) const override;
  Result<std::optional<kube::Map>> issuer_annotations(const api::IssuerReference& ref,
                                                      const std::string& name_space) const override {
    return find_annotations(annotations_, ref, name_space);
  }
  Result<bool> may_use(const kube::UserInfo&, const std::string&, const std::string&) const override {
    return false;
  }
  std::vector<Result<bool>> may_use_each(const kube::UserInfo&, std::span<const std::string> policies,
                                         const std::string&) const override {
    return std::vector<Result<bool>>(policies.size(), Result<bool>(false));
  }
  bool probably_may_use(const kube::UserInfo&, const std::string&, const std::string&) const override {
    return false;
  }

 private:
  struct Kept {
    std::optional<kube::Map> labels;
    TimePoint good_until;
  };

  const kube::KubeReader& reader_;
  const Clock& clock_;
  FindAnnotations annotations_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, Kept> kept_;
};

}  // namespace cw::policy
