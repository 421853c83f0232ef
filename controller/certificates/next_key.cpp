#include "controller/certificates/next_key.h"

#include "controller/certificates/reasons.h"
#include "lib/issuance/csr_template.h"
#include "lib/kube/field_error.h"

namespace cw::controller::certificates {
namespace {

using runtime::EventType;

constexpr std::string_view kAlways = "Always";
constexpr std::string_view kNever = "Never";

std::string_view rotation_policy(const View& view) {
  const auto& key = view.spec().private_key;
  return key && !key->rotation_policy.empty() ? std::string_view(key->rotation_policy) : kAlways;
}

KeyDecision create(const View& view, KeySource source) {
  const auto& named = view.status.next_private_key_secret_name;
  // A key of unknown origin is not adopted.
  const bool is_free = named && !named->empty() && !view.promised_name_taken;
  const auto name = is_free ? *named : view.fresh_key_name;
  KeyDecision decision{.actions = {CreateNextKey{name, source}}, .name = name, .usable = UsableKey{name, ""}};
  if (source == KeySource::CopyFromTarget) {
    decision.actions.push_back(
        announce(EventType::Normal, kEventReused,
                 "Reusing the private key in Secret " + kube::quoted(view.spec().secret_name)));
  }
  return decision;
}

KeyDecision stuck(std::string_view reason, std::string why) {
  KeyDecision decision{.blocked = why};
  decision.actions.push_back(announce(EventType::Warning, reason, std::move(why)));
  return decision;
}

KeyDecision reuse(const View& view) {
  if (!view.secret || !view.secret->has_key) return create(view, KeySource::Generate);
  if (!view.secret->key_problem.empty()) {
    auto decision = create(view, KeySource::Generate);
    decision.actions.push_back(
        announce(EventType::Warning, kEventDecodeFailed,
                 "The key in the Secret cannot be read; a new one is made: " + view.secret->key_problem));
    return decision;
  }
  const auto& violations = view.secret->key_violations;
  if (violations.empty()) return create(view, KeySource::CopyFromTarget);
  return stuck(
      kEventCannotRegenerateKey,
      "the stored key differs from " + joined(violations) +
          ", and spec.privateKey.rotationPolicy Never forbids a new one; set it to Always, or delete "
          "the key from the Secret");
}

KeyDecision without_candidate(const View& view) {
  if (const auto wanted = issuance::key_spec(view.spec()); !wanted) {
    return stuck(kEventRequestFailed, wanted.error().message);
  }
  const auto policy = rotation_policy(view);
  if (policy == kAlways) return create(view, KeySource::Generate);
  if (policy == kNever) return reuse(view);
  return {.blocked = "spec.privateKey.rotationPolicy " + kube::quoted(policy) + " is unknown"};
}

// The pass ends here; that the Secret goes away starts the next one.
KeyDecision replace(const NextKey& candidate) {
  return {.actions = {DeleteNextKey{candidate.name, candidate.uid}}};
}

KeyDecision with_candidate(const View& view, const NextKey& candidate) {
  const auto& named = view.status.next_private_key_secret_name;
  if (named && *named != candidate.name) return replace(candidate);
  if (candidate.spki.empty()) return replace(candidate);
  if (!candidate.violations.empty()) {
    auto decision = replace(candidate);
    decision.actions.push_back(
        announce(EventType::Normal, kEventDeleted,
                 "The prepared private key no longer matches " + joined(candidate.violations)));
    return decision;
  }
  return {.name = candidate.name, .usable = UsableKey{candidate.name, candidate.spki}};
}

}  // namespace

KeyDecision decide_key(const View& view) {
  if (view.next_keys.empty()) return without_candidate(view);
  if (view.next_keys.size() == 1) return with_candidate(view, view.next_keys.front());
  KeyDecision decision;
  for (const auto& candidate : view.next_keys) {
    if (candidate.name == view.status.next_private_key_secret_name) continue;
    decision.actions.push_back(DeleteNextKey{candidate.name, candidate.uid});
  }
  return decision;
}

Actions drop_keys(const View& view) {
  Actions actions;
  for (const auto& candidate : view.next_keys) {
    actions.push_back(DeleteNextKey{candidate.name, candidate.uid});
  }
  return actions;
}

}  // namespace cw::controller::certificates
