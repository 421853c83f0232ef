// How one list of a rule is compared with one thing, for requests (rules.h) and for rules (covers.h) alike.
// Resource names are not here: a request without a name and a rule without names mean different things. Pure.
// Source: k8s.io/kubernetes pkg/apis/rbac/v1/evaluation_helpers.go.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "lib/kube/fields.h"

namespace cw::rbac {

using Texts = kube::List<std::string>;

inline bool has(const Texts& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

// Verbs and groups.
inline bool has_or_all(const Texts& list, std::string_view item) { return has(list, "*") || has(list, item); }

// "pods", "pods/log"; "*/log" is that sub-resource of every resource.
inline bool matches_resource(const Texts& list, const std::string& wanted) {
  if (has_or_all(list, wanted)) return true;
  const std::size_t slash = wanted.find('/');
  return slash != std::string::npos && has(list, "*" + wanted.substr(slash));
}

// "/healthz/*" is every path that begins with "/healthz/".
inline bool matches_path(const Texts& list, std::string_view wanted) {
  return std::any_of(list.begin(), list.end(), [wanted](std::string_view path) {
    if (path == wanted) return true;
    if (!path.ends_with('*')) return false;
    while (path.ends_with('*')) path.remove_suffix(1);
    return wanted.starts_with(path);
  });
}

}  // namespace cw::rbac
