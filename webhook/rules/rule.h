// The rows that validation tables are made of. A row is the facts that a reader or a test needs (its id,
// where the behaviour comes from) and a pure function. Tables are run whole: every broken rule is reported.
// Ids are stable: messages do not show them yet, metrics, `check` and tests do.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/kube/field_error.h"
#include "webhook/rules/rule_options.h"

namespace cw::webhook {

// What a rule table says of one object.
struct Findings {
  kube::FieldErrors errors;
  std::vector<std::string> warnings;
  std::map<std::string, std::string> audit_annotations = {};
};

using Applies = bool (*)(const RuleOptions&);
constexpr bool in_every_setup(const RuleOptions&) { return true; }

template <typename T>
struct Rule {
  std::string_view id;
  std::string_view source;
  kube::FieldErrors (*check)(const T&, const kube::FieldPath&);
  Applies applies = in_every_setup;
};

// A member that must not be empty: the commonest rule.
template <typename T>
struct RequiredField {
  std::string_view id;
  std::string_view source;
  std::string_view path;  // below the object
  bool (*missing)(const T&);
  std::string_view detail = "must be given";
};

// A member of which an update must not change what it once said.
template <typename T>
struct FrozenField {
  std::string_view id;
  std::string_view source;
  std::string_view path;  // below the object
  bool (*changed)(const T& before, const T& after);
};

// One alternative of several of which only one may be present. Without an id it may stand beside others.
template <typename T>
struct Alternative {
  std::string_view id;
  std::string_view source;
  std::string_view path;  // below the object
  bool (*present)(const T&);
  kube::FieldErrors (*check)(const T&, const kube::FieldPath&);  // of the alternative itself; at = its path
};

inline void append(kube::FieldErrors& all, kube::FieldErrors&& more) {
  for (kube::FieldError& error : more) all.push_back(std::move(error));
}

// Stamps what is not stamped by a table further in.
inline void append_stamped(kube::FieldErrors& all, kube::FieldErrors&& more, std::string_view id) {
  for (kube::FieldError& error : more) {
    if (error.rule.empty()) error.rule = id;
    all.push_back(std::move(error));
  }
}

template <typename T>
kube::FieldErrors run_rules(std::span<const Rule<T>> table, const T& object, const kube::FieldPath& at,
                            const RuleOptions& options) {
  kube::FieldErrors all;
  for (const Rule<T>& rule : table) {
    if (rule.applies(options)) append_stamped(all, rule.check(object, at), rule.id);
  }
  return all;
}

// Stops after the first rule that complains: for checks of which each needs what the last has proved.
template <typename T>
kube::FieldErrors run_until_error(std::span<const Rule<T>> table, const T& object,
                                  const kube::FieldPath& at) {
  kube::FieldErrors found;
  for (const Rule<T>& rule : table) {
    append_stamped(found, rule.check(object, at), rule.id);
    if (!found.empty()) break;
  }
  return found;
}

template <typename T>
kube::FieldErrors run_required(std::span<const RequiredField<T>> table, const T& object,
                               const kube::FieldPath& at) {
  kube::FieldErrors all;
  for (const RequiredField<T>& row : table) {
    if (!row.missing(object)) continue;
    all.push_back(kube::required(at.child(row.path), std::string(row.detail)));
    all.back().rule = row.id;
  }
  return all;
}

template <typename T>
kube::FieldErrors run_frozen(std::span<const FrozenField<T>> table, const T& before, const T& after,
                             const kube::FieldPath& at) {
  kube::FieldErrors all;
  for (const FrozenField<T>& row : table) {
    if (!row.changed(before, after)) continue;
    all.push_back(kube::forbidden(at.child(row.path), "may not be changed once set"));
    all.back().rule = row.id;
  }
  return all;
}

// The first alternative present is checked; a later one is refused unless it may stand beside others.
// `present` counts them.
template <typename T>
kube::FieldErrors run_alternatives(std::span<const Alternative<T>> table, const T& object,
                                   const kube::FieldPath& at, std::string_view refusal,
                                   std::size_t& present) {
  kube::FieldErrors all;
  for (const Alternative<T>& row : table) {
    if (!row.present(object)) continue;
    if (present > 0 && !row.id.empty()) {
      all.push_back(kube::forbidden(at.child(row.path), std::string(refusal)));
      all.back().rule = row.id;
    } else if (row.check != nullptr) {
      append(all, row.check(object, at.child(row.path)));
    }
    ++present;
  }
  return all;
}

// An update is not blocked by a rule that the field does not have if what breaks it was stored before.
kube::FieldErrors without_known(kube::FieldErrors found, const kube::FieldErrors& before);

struct RuleInfo {
  std::string_view id;
  std::string_view source;
};
using RuleList = std::vector<RuleInfo>;

template <typename Row, std::size_t N>
void list_rows(RuleList& into, const Row (&table)[N]) {
  for (const Row& row : table) {
    if (!row.id.empty()) into.push_back({row.id, row.source});
  }
}

}  // namespace cw::webhook
