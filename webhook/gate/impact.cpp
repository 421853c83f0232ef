#include "webhook/gate/impact.h"

#include <algorithm>
#include <utility>

#include "lib/policy/compiled_policy.h"
#include "lib/policy/evaluate.h"
#include "lib/policy/request_view.h"
#include "webhook/gate/projection.h"

namespace cw::webhook {
namespace {

using policy::Answer;
using policy::PolicyPointer;

constexpr std::size_t kMaxNames = 5;
constexpr std::string_view kReady = "Ready";

// The world with another set of policies. Rights as the bindings have it.
class Overlay final : public policy::World {
 public:
  Overlay(const policy::World& base, std::vector<PolicyPointer> policies)
      : base_(base), policies_(std::move(policies)) {}
  std::vector<PolicyPointer> policies() const override { return policies_; }
  Result<std::optional<kube::Map>> namespace_labels(const std::string& name) const override {
    return base_.namespace_labels(name);
  }
  Result<std::optional<kube::Map>> issuer_annotations(const api::IssuerReference& ref,
                                                      const std::string& name_space) const override {
    return base_.issuer_annotations(ref, name_space);
  }
  Result<bool> may_use(const kube::UserInfo& user, const std::string& policy,
                       const std::string& name_space) const override {
    return base_.probably_may_use(user, policy, name_space);
  }
  std::vector<Result<bool>> may_use_each(const kube::UserInfo& user, std::span<const std::string> policies,
                                         const std::string& name_space) const override {
    std::vector<Result<bool>> answers;
    for (const std::string& policy : policies) answers.emplace_back(may_use(user, policy, name_space));
    return answers;
  }
  bool probably_may_use(const kube::UserInfo& user, const std::string& policy,
                        const std::string& name_space) const override {
    return base_.probably_may_use(user, policy, name_space);
  }

 private:
  const policy::World& base_;
  std::vector<PolicyPointer> policies_;
};

// As it will be in a moment: Ready, unless something is wrong with it.
PolicyPointer soon_ready(api::CertificateRequestPolicy object) {
  auto& conditions = object.status.conditions;
  for (std::size_t i = conditions.size(); i > 0; --i) {
    if (conditions[i - 1].type == kReady) conditions.erase_at(i - 1);
  }
  conditions.push_back({.type = std::string(kReady),
                        .status = std::string(kube::kConditionTrue),
                        .last_transition_time = {},
                        .reason = std::string(kReady),
                        .message = {}});
  return policy::CompiledPolicy::compile(std::move(object));
}

// `one` may be nullptr: then without that name.
std::vector<PolicyPointer> with(std::vector<PolicyPointer> policies, const std::string& name,
                                PolicyPointer one) {
  std::erase_if(policies, [&](const PolicyPointer& other) { return other->name() == name; });
  if (one == nullptr) return policies;
  const auto at =
      std::ranges::lower_bound(policies, name, {}, [](const auto& other) { return other->name(); });
  policies.insert(at, std::move(one));
  return policies;
}

bool may_concern(const PolicyPointer& policy, const api::Certificate& certificate) {
  return policy != nullptr && policy::selects_issuer(*policy, certificate.spec.issuer_ref) &&
         policy::selects_namespace_name(*policy, certificate.metadata.name_space);
}

// The first few names, and how many.
struct Names {
  std::vector<std::string> first;
  std::size_t count = 0;
  void add(const kube::ObjectMeta& metadata) {
    if (++count <= kMaxNames) first.push_back(metadata.name_space + "/" + metadata.name);
  }
};

std::string text_of(const Names& names, bool all_seen, std::string_view what) {
  std::string text = "the next renewal of ";
  if (!all_seen) text += "at least ";
  text += std::to_string(names.count) + (names.count == 1 ? " Certificate" : " Certificates");
  text.append(" would now ").append(what).append(": ");
  for (std::size_t i = 0; i < names.first.size(); ++i) text.append(i > 0 ? ", " : "").append(names.first[i]);
  if (names.count > kMaxNames) text += " and others";
  return text;
}

class Impact {
 public:
  Impact(PolicyPointer before, PolicyPointer after, const GateParts& parts)
      : parts_(parts),
        before_(std::move(before)),
        after_(std::move(after)),
        old_world_(*parts.world, with(parts.world->policies(), after_->name(), before_)),
        new_world_(*parts.world, with(parts.world->policies(), after_->name(), after_)) {}

  void look_at(const api::Certificate& certificate) {
    if (certificate.metadata.deletion_timestamp) return;
    if (!may_concern(before_, certificate) && !may_concern(after_, certificate)) return;
    const auto view = policy::view_of(certificate, projection_of(certificate, parts_));
    if (!view) return;
    const Answer now = policy::decide(*view, new_world_, parts_.options).answer;
    if (now != Answer::Denied && now != Answer::Pending) return;
    const Answer then = policy::decide(*view, old_world_, parts_.options).answer;
    if (now == Answer::Denied && then != Answer::Denied) denied_.add(certificate.metadata);
    if (now == Answer::Pending && then == Answer::Approved) waiting_.add(certificate.metadata);
  }

  std::vector<std::string> warnings(bool all_seen) const {
    std::vector<std::string> texts;
    if (denied_.count > 0) texts.push_back(text_of(denied_, all_seen, "be denied"));
    if (waiting_.count > 0) texts.push_back(text_of(waiting_, all_seen, "wait, as no policy would apply"));
    return texts;
  }

 private:
  const GateParts& parts_;
  PolicyPointer before_;  // nullptr: it is new
  PolicyPointer after_;
  Overlay old_world_;
  Overlay new_world_;
  Names denied_;
  Names waiting_;
};

}  // namespace

std::vector<std::string> impact_of(const api::CertificateRequestPolicy* before,
                                   const api::CertificateRequestPolicy& after, const GateParts& parts,
                                   const ImpactLimits& limits) {
  PolicyPointer old = before != nullptr ? soon_ready(*before) : nullptr;
  PolicyPointer soon = soon_ready(after);
  if (old != nullptr && before->spec == after.spec && old->mode() == soon->mode()) return {};
  Impact impact(std::move(old), std::move(soon), parts);
  const auto deadline = std::chrono::steady_clock::now() + limits.time;
  std::size_t seen = 0;
  bool all_seen = true;
  parts.live->for_each([&](const api::Certificate& certificate) {
    all_seen = ++seen <= limits.certificates && std::chrono::steady_clock::now() < deadline;
    if (all_seen) impact.look_at(certificate);
    return all_seen;
  });
  return impact.warnings(all_seen);
}

}  // namespace cw::webhook
