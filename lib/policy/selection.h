// The first half of a verdict: which policies select the request, and what each says of it. Asks nobody for
// rights. Source: reference/policy.md 1.5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/policy/decide.h"
#include "lib/policy/request_facts.h"

namespace cw::policy {

// A policy that selects the request; whether it counts depends on rights.
struct Candidate {
  enum class Kind : std::uint8_t { Passes, Fails, CannotTell, NoCondition, NotReady };
  std::size_t at = 0;  // in policies and outcomes
  Kind kind = Kind::Fails;
  std::string error = {};                  // of CannotTell
  std::optional<bool> may = std::nullopt;  // whether the requester may use it; nullopt: not asked
  std::string rights_error = {};           // why that could not be asked
};

// The labels of the request's namespace, fetched when the first policy or guard needs them.
class NamespaceLabels {
 public:
  NamespaceLabels(const World& world, const std::string& name) : world_(world), name_(name) {}
  const std::string& name() const { return name_; }
  // Empty: they are known, or there is no such Namespace.
  std::string error();
  // nullptr: there is no such Namespace, or they are not known.
  const kube::Map* find();

 private:
  const Result<std::optional<kube::Map>>& fetched();

  const World& world_;
  const std::string& name_;
  std::optional<Result<std::optional<kube::Map>>> labels_;
};

struct Selection {
  std::vector<PolicyPointer> policies;  // by name
  std::vector<PolicyOutcome> outcomes;  // one a policy; the stage of a candidate is NotAsked
  std::vector<Candidate> candidates;    // by name
  std::string error;  // whether some policy applies cannot be told; as in the field nothing is decided then
};
Selection select(const RequestFacts&, const World&, NamespaceLabels&, Depth);

}  // namespace cw::policy
