// Conditions of an object's status, keyed by type.
// Source: reference/controllers.md 0.4 (cert-manager pkg/api/util/conditions.go).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "lib/base/clock.h"
#include "lib/kube/fields.h"

namespace cw::kube {

inline constexpr std::string_view kConditionTrue = "True";
inline constexpr std::string_view kConditionFalse = "False";
inline constexpr std::string_view kConditionUnknown = "Unknown";

struct Condition {
  std::string type;
  std::string status;
  std::optional<TimePoint> last_transition_time;
  std::string reason;
  std::string message;
  std::int64_t observed_generation = 0;
  bool operator==(const Condition&) const = default;
};

template <FieldsOf<Condition> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(always("type"), s.type);
  visit(always("status"), s.status);
  visit("lastTransitionTime", s.last_transition_time);
  visit("reason", s.reason);
  visit("message", s.message);
  visit("observedGeneration", s.observed_generation);
}

// C is Condition or derived from it. nullptr if there is none of that type.
template <typename C>
const C* find_condition(const List<C>& conditions, std::string_view type) {
  const auto at = std::find_if(conditions.begin(), conditions.end(),
                               [&](const Condition& condition) { return condition.type == type; });
  return at != conditions.end() ? &*at : nullptr;
}

template <typename C>
bool has_condition(const List<C>& conditions, std::string_view type, std::string_view status) {
  const Condition* found = find_condition(conditions, type);
  return found != nullptr && found->status == status;
}

template <typename C>
bool is_condition_true(const List<C>& conditions, std::string_view type) {
  return has_condition(conditions, type, kConditionTrue);
}

// Adds or replaces the condition of that type. lastTransitionTime becomes `now` only if it is new or its
// status changes.
template <typename C>
void set_condition(List<C>& conditions, Condition condition, TimePoint now) {
  condition.last_transition_time = now;
  for (C& existing : conditions) {
    if (existing.type != condition.type) continue;
    if (existing.status == condition.status) {
      condition.last_transition_time = existing.last_transition_time;
    }
    existing = C(std::move(condition));
    return;
  }
  conditions.push_back(C(std::move(condition)));
}

template <typename C>
void remove_condition(List<C>& conditions, std::string_view type) {
  for (std::size_t i = conditions.size(); i > 0; --i) {
    if (conditions[i - 1].type == type) conditions.erase_at(i - 1);
  }
}

}  // namespace cw::kube
