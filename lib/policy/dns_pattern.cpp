#include "lib/policy/dns_pattern.h"

#include <algorithm>

#include "lib/base/ascii.h"
#include "lib/base/split.h"
#include "lib/kube/field_error.h"

namespace cw::policy {
namespace {

constexpr std::string_view kOne = "*";
constexpr std::string_view kMany = "**";
constexpr std::string_view kPlaceholder = "{namespace}";

// One label, "" for each empty one; a dot at the end makes none.
std::vector<std::string_view> labels_of(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return split(name, ".");
}

std::string replaced(std::string_view label, std::string_view name_space) {
  std::string out;
  for (std::size_t at = label.find(kPlaceholder); at != std::string_view::npos;
       at = label.find(kPlaceholder)) {
    out.append(label.substr(0, at)).append(name_space);
    label.remove_prefix(at + kPlaceholder.size());
  }
  return out.append(label);
}

// Underscores are no letters of host names, but names with them are issued.
bool is_host_label(std::string_view label) {
  return !label.empty() && std::all_of(label.begin(), label.end(),
                                       [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
}

bool matches_label(std::string_view pattern, std::string_view label, std::string_view name_space) {
  return pattern == kOne || pattern == kMany || replaced(pattern, name_space) == label;
}

}  // namespace

Result<DnsPattern> DnsPattern::parse(std::string_view text) {
  DnsPattern pattern;
  const std::string lower = lower_case(text);
  for (const std::string_view label : labels_of(lower)) {
    const bool is_wildcard = label == kOne || label == kMany;
    if (!is_wildcard && !is_host_label(replaced(label, "n"))) {
      return Error{Code::Invalid, kube::quoted(text) +
                                      " is not a pattern of DNS names: labels of letters, digits, '-' and "
                                      "{namespace}, or '*' for one label, or '**' for one or more"};
    }
    pattern.labels_.emplace_back(label);
  }
  return pattern;
}

// Greedy, with one place to come back to: the last '**', which then takes one label more.
bool DnsPattern::matches(std::string_view name, std::string_view name_space) const {
  const std::string lower = lower_case(name);
  const std::vector<std::string_view> labels = labels_of(lower);
  if (!std::all_of(labels.begin(), labels.end(),
                   [](auto label) { return label == kOne || is_host_label(label); })) {
    return false;
  }
  constexpr std::size_t kNone = std::string::npos;
  std::size_t at = 0;
  std::size_t many = kNone;
  std::size_t taken = 0;  // labels up to and with the last one that `many` has
  for (std::size_t i = 0; i < labels.size();) {
    if (at < labels_.size() && matches_label(labels_[at], labels[i], name_space)) {
      if (labels_[at] == kMany) {
        many = at;
        taken = i + 1;
      }
      ++at;
      ++i;
    } else if (many != kNone) {
      at = many + 1;
      i = ++taken;
    } else {
      return false;
    }
  }
  return at == labels_.size();
}

}  // namespace cw::policy
