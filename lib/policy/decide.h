// The verdict over one request: guard, selection, evaluation, rights. Pure but for what it asks the World,
// and it asks for rights only where the answer matters: one that approves is enough, and it is looked for
// first where a binding is known. Source: reference/policy.md 1.5, 3.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/kube/fields.h"
#include "lib/policy/compiled_policy.h"
#include "lib/policy/evaluate.h"
#include "lib/policy/guard.h"
#include "lib/policy/options.h"
#include "lib/policy/request_view.h"

namespace cw::policy {

// What a verdict depends on beside the request. One snapshot: the same answers to the same questions while
// one verdict is made. Thread-safe.
class World {
 public:
  World() = default;
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  virtual ~World() = default;

  // In the order of their names.
  virtual std::vector<PolicyPointer> policies() const = 0;
  // Labels of a Namespace; nullopt: there is no such Namespace. Errors: not known (yet).
  virtual Result<std::optional<kube::Map>> namespace_labels(const std::string& name) const = 0;
  // The annotations of an issuer of ours; nullopt: there is none, or it is of a foreign group. Errors: not
  // known (yet).
  virtual Result<std::optional<kube::Map>> issuer_annotations(const api::IssuerReference&,
                                                              const std::string& name_space) const = 0;
  // Whether the user has the verb "use" on the policy in that namespace: asks the API server. Errors: it
  // could not be asked.
  virtual Result<bool> may_use(const kube::UserInfo&, const std::string& policy,
                               const std::string& name_space) const = 0;
  // The same for several at once, in their order; may run in parallel.
  virtual std::vector<Result<bool>> may_use_each(const kube::UserInfo&, std::span<const std::string> policies,
                                                 const std::string& name_space) const = 0;
  // A guess from the bindings that are known, without asking: where to ask first. Never decides.
  virtual bool probably_may_use(const kube::UserInfo&, const std::string& policy,
                                const std::string& name_space) const = 0;
};

enum class Answer : std::uint8_t { Approved, Denied, Pending, Error };

// Where a policy fell out, in the order in which it is looked at.
enum class Stage : std::uint8_t {
  Issuer,
  NamespaceName,
  NamespaceLabels,
  Rights,
  NoReadyCondition,
  NotReady,
  Shadow,  // passes or fails, and counts for nothing
  Fails,
  Passes,
  NotAsked,  // a policy approved before its rights were looked at
};
std::string_view word_of(Stage);  // "issuer", "namespaceName", …
std::string_view word_of(Answer);

struct PolicyOutcome {
  std::string policy;
  Stage stage = Stage::Issuer;
  std::string why;                // one sentence, with what to change; for Rights the missing binding
  std::vector<Failure> failures;  // of Fails, Shadow and of those that would fail anyway
};

struct Verdict {
  Answer answer = Answer::Pending;
  std::string policy;          // that approved
  std::string message;         // of the condition or event: as the field's, with the cause where it has none
  bool deferred = false;       // Pending because a policy has no Ready condition yet
  std::vector<Failure> guard;  // of the issuer: Denied
  std::vector<PolicyOutcome> outcomes;  // one a policy, by name
};

// `everything`: look at each policy to its end, for explain; otherwise as little as the answer needs.
enum class Depth : std::uint8_t { Answer, Everything };

Verdict decide(const RequestView&, const World&, const Options&, Depth depth = Depth::Answer);
// A request that could not be viewed.
Verdict unreadable(const Error&);

}  // namespace cw::policy
