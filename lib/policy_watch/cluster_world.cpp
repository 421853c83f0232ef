#include "lib/policy_watch/cluster_world.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/api/resources.h"
#include "lib/base/pause.h"
#include "lib/kube/decode.h"
#include "lib/kube/metadata.h"
#include "lib/policy_watch/guard_world.h"
#include "lib/policy_watch/use_right.h"
#include "lib/policy_watch/watched_policies.h"
#include "lib/policy_watch/watched_rights.h"

namespace cw::policy {
namespace {

constexpr watch::Patience kAskAgain{.when_refused = std::chrono::seconds(5)};
constexpr std::chrono::milliseconds kQuickLook{20};
constexpr std::chrono::milliseconds kSlowLook{500};
constexpr std::size_t kFewQuestions = 2;  // asked one after the other
constexpr std::size_t kMaxAskers = 8;     // threads for more than that

struct NamespaceLabels {
  kube::Map labels;
};

Result<NamespaceLabels> decode_labels(const kube::Json& json) {
  const auto found = json.find("metadata");
  if (found == json.end()) return Error{Code::Invalid, "metadata is missing"};
  return NamespaceLabels{TRY(kube::decode<kube::ObjectMeta>(*found)).labels};
}

kube::ListOptions only_metadata() {
  kube::ListOptions options;
  options.metadata_only = true;
  return options;
}

std::string not_known(const kube::Resource& resource, const std::optional<Code>& refusal) {
  const auto name = kube::group_resource(resource);
  if (refusal == Code::NotFound) {
    return "the CustomResourceDefinition " + name +
           " is not installed: apply it (manifests/crds), or switch policy off (--policy=off)";
  }
  if (refusal == Code::Forbidden) {
    return name + " may not be read: give the verbs list and watch on it (manifests/install)";
  }
  return name + " are not known yet: they have not been listed";
}

// It is there, or it is known that it is not to be had.
template <typename Cache>
bool is_settled(const Cache& cache) {
  return cache.synced() || cache.refusal();
}

}  // namespace

struct ClusterWorld::Impl {
  explicit Impl(ClusterWorldParts given)
      : parts(std::move(given)),
        policies(parts.reader, kAskAgain, [this](const std::string& name) { announce({.policy = name}); }),
        namespaces(parts.reader, api::kNamespaces, only_metadata(), decode_labels, kAskAgain),
        all_namespaces(namespaces.objects().add_index(
            [](const auto& /*labels*/) { return std::vector<std::string>{{}}; })),
        rights(parts.reader, kAskAgain, [this](const std::string& name_space) {
          announce({.name_space = name_space, .rights = true});
        }) {
    namespaces.objects().on_change([this](const kube::ObjectKey& key, const auto& before, const auto& after) {
      if (before && after && before->labels == after->labels) return;
      announce({.name_space = key.name});
    });
  }

  void announce(const WorldChange& change) const {
    for (const auto& handler : handlers) handler(change);
  }

  // Policies first: with the others alone nothing can be said.
  template <typename F>
  void for_each_cache(F&& f) {
    f(policies.cache());
    f(namespaces);
    rights.for_each_cache(f);
  }

  bool all_settled() {
    bool settled = true;
    for_each_cache([&](const auto& cache) { settled = settled && is_settled(cache); });
    return settled;
  }
  bool all_known() { return policies.cache().synced() && all_settled(); }

  // What was decided before that was decided on too little.
  void tell_when_synced(const std::stop_token&);

  // Why nothing can be decided; empty: it can.
  std::string problem() {
    if (!policies.cache().synced()) {
      return not_known(policies.cache().resource(), policies.cache().refusal());
    }
    std::string text;
    for_each_cache([&](const auto& cache) {
      if (text.empty() && !is_settled(cache)) text = not_known(cache.resource(), std::nullopt);
    });
    return text;
  }

  ClusterWorldParts parts;
  std::vector<std::function<void(const WorldChange&)>> handlers;
  WatchedPolicies policies;
  watch::WatchCache<NamespaceLabels> namespaces;
  watch::ObjectCache<NamespaceLabels>::Index all_namespaces;
  WatchedRights rights;
  std::vector<std::jthread> threads;
};

ClusterWorld::ClusterWorld(ClusterWorldParts parts) : impl_(std::make_unique<Impl>(std::move(parts))) {}

ClusterWorld::~ClusterWorld() { stop(); }

void ClusterWorld::on_change(std::function<void(const WorldChange&)> handler) {
  impl_->handlers.push_back(std::move(handler));
}

void ClusterWorld::start() {
  impl_->for_each_cache([this](auto& cache) {
    impl_->threads.emplace_back([&cache](const std::stop_token& stop) { cache.run(stop); });
  });
  impl_->threads.emplace_back([this](const std::stop_token& stop) { impl_->tell_when_synced(stop); });
}

void ClusterWorld::Impl::tell_when_synced(const std::stop_token& stop) {
  bool was_synced = false;
  while (pause(stop, was_synced ? kSlowLook : kQuickLook)) {
    const bool is_synced = all_known();
    if (is_synced && !was_synced) announce({});
    was_synced = is_synced;
  }
}

void ClusterWorld::stop() {
  for (auto& thread : impl_->threads) thread.request_stop();
  impl_->threads.clear();
}

bool ClusterWorld::synced() const { return impl_->all_known(); }

bool ClusterWorld::settled() const { return impl_->all_settled(); }

Status ClusterWorld::list_once() {
  Status first_failure = Done{};
  impl_->for_each_cache([&](auto& cache) {
    auto listed = cache.list_once();
    if (!listed && !cache.refusal() && first_failure) first_failure = std::move(listed);
  });
  return first_failure;
}

void ClusterWorld::take(const kube::Json& policy) { impl_->policies.cache().take(policy); }

std::vector<PolicyPointer> ClusterWorld::policies() const { return *impl_->policies.list(); }

PolicyPointer ClusterWorld::find_policy(const std::string& name) const { return impl_->policies.find(name); }

std::vector<std::string> ClusterWorld::namespaces() const {
  std::vector<std::string> names;
  for (const auto& [key, labels] : impl_->namespaces.objects().find_by(impl_->all_namespaces, {})) {
    names.push_back(key.name);
  }
  return names;
}

Result<std::optional<kube::Map>> ClusterWorld::namespace_labels(const std::string& name) const {
  const auto& cache = impl_->namespaces;
  if (!cache.synced()) return Error{Code::Unavailable, not_known(cache.resource(), cache.refusal())};
  const auto found = cache.objects().find({{}, name});
  return found ? std::optional(found->labels) : std::nullopt;
}

// Asked first of all for each verdict: so none is made of what is not known.
Result<std::optional<kube::Map>> ClusterWorld::issuer_annotations(const api::IssuerReference& issuer,
                                                                  const std::string& name_space) const {
  if (auto problem = impl_->problem(); !problem.empty()) return Error{Code::Unavailable, std::move(problem)};
  return find_annotations(impl_->parts.issuer_annotations, issuer, name_space);
}

Result<bool> ClusterWorld::may_use(const kube::UserInfo& user, const std::string& policy,
                                   const std::string& name_space) const {
  return impl_->parts.reviews.is_allowed(user, use_right(policy, name_space));
}

std::vector<Result<bool>> ClusterWorld::may_use_each(const kube::UserInfo& user,
                                                     std::span<const std::string> policies,
                                                     const std::string& name_space) const {
  std::vector<Result<bool>> answers(policies.size(), Result<bool>(false));
  std::atomic<std::size_t> next{0};
  const auto ask = [&] {
    for (auto i = next++; i < policies.size(); i = next++)
      answers[i] = may_use(user, policies[i], name_space);
  };
  if (policies.size() <= kFewQuestions) {
    ask();
    return answers;
  }
  std::vector<std::jthread> askers;
  const auto more = std::min(policies.size(), kMaxAskers) - 1;
  for (std::size_t i = 0; i < more; ++i) askers.emplace_back(ask);
  ask();
  askers.clear();  // waits for them
  return answers;
}

bool ClusterWorld::probably_may_use(const kube::UserInfo& user, const std::string& policy,
                                    const std::string& name_space) const {
  return impl_->rights.may_use(user, policy, name_space);
}

}  // namespace cw::policy
