#include "lib/policy/namespace_list.h"

#include <algorithm>

#include "lib/base/ascii.h"
#include "lib/kube/field_error.h"
#include "lib/policy/comma_list.h"
#include "lib/policy/wildcard.h"

namespace cw::policy {
namespace {

bool is_namespace_pattern(std::string_view word) {
  constexpr std::size_t kMaxSize = 253;
  return !word.empty() && word.size() <= kMaxSize && std::all_of(word.begin(), word.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '*';
  });
}

bool any_matches(const std::vector<std::string>& patterns, std::string_view name_space) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches_wildcard(pattern, name_space); });
}

}  // namespace

Result<NamespaceList> NamespaceList::parse(std::string_view text) {
  NamespaceList list;
  for (std::string_view word : TRY(parse_comma_list(text))) {
    const bool excludes = word.starts_with('!');
    if (excludes) word = trimmed(word.substr(1), " \t");
    if (!is_namespace_pattern(word)) {
      return Error{Code::Invalid,
                   kube::quoted(word) +
                       " cannot be the name of a namespace: lower-case letters, digits and '-', "
                       "with '*' for any characters and a '!' in front to exclude"};
    }
    (excludes ? list.out_ : list.in_).emplace_back(word);
  }
  return list;
}

bool NamespaceList::has(std::string_view name_space) const {
  return (in_.empty() || any_matches(in_, name_space)) && !any_matches(out_, name_space);
}

}  // namespace cw::policy
