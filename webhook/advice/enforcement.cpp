#include "webhook/advice/enforcement.h"

#include <algorithm>
#include <numeric>

#include "lib/base/ascii.h"
#include "webhook/advice/catalogue.h"

namespace cw::webhook {
namespace {

constexpr std::size_t kSuggestions = 3;
constexpr std::size_t kMaxIdBytes = 200;  // what is longer is no typing error

// Levenshtein's distance: how many letters are to be changed.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row.back();
}

// Half an id is a frequent slip: what contains it comes first.
std::string near_ones(std::string_view wanted) {
  std::vector<std::pair<std::size_t, std::string_view>> ranked;
  for (const AdviceInfo& rule : advice_rules()) {
    const bool part = !wanted.empty() && rule.id.find(wanted) != std::string_view::npos;
    ranked.emplace_back(part ? 0 : distance(wanted, rule.id), rule.id);
  }
  std::sort(ranked.begin(), ranked.end());
  std::string text;
  for (std::size_t i = 0; i < std::min(kSuggestions, ranked.size()); ++i) {
    text += (i == 0 ? "" : ", ") + std::string(ranked[i].second);
  }
  return text;
}

Error unknown(std::string_view id) {
  return {Code::Invalid, "no advice rule is called \"" + std::string(id.substr(0, kMaxIdBytes)) +
                             "\"; the nearest are " + near_ones(id.substr(0, kMaxIdBytes)) +
                             ", or \"all\"; docs/advice.md lists every rule"};
}

Status add(Enforcement& all, std::string_view id) {
  const AdviceInfoList& rules = advice_rules();
  if (id == kEnforceAll) {
    for (const AdviceInfo& rule : rules) all.rules.push_back(rule.id);
    return Done{};
  }
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const AdviceInfo& rule) { return rule.id == id; });
  if (found == rules.end()) return unknown(id);
  all.rules.push_back(found->id);
  return Done{};
}

}  // namespace

bool Enforcement::covers(std::string_view rule) const {
  return std::binary_search(rules.begin(), rules.end(), rule);
}

Result<Enforcement> parse_enforcement(const std::vector<std::string>& items) {
  Enforcement all;
  for (const std::string& item : items) {
    std::string_view rest = item;
    while (true) {
      const std::size_t comma = rest.find(',');
      TRY(add(all, trimmed(rest.substr(0, comma), " ")));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  std::sort(all.rules.begin(), all.rules.end());
  all.rules.erase(std::unique(all.rules.begin(), all.rules.end()), all.rules.end());
  return all;
}

}  // namespace cw::webhook
