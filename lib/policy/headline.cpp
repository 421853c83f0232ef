#include "lib/policy/headline.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "lib/policy/request_facts.h"
#include "lib/policy/words.h"

namespace cw::policy {
namespace {

constexpr std::size_t kMaxHints = 3;
constexpr std::size_t kMaxShown = 100;

// The failure is of this attribute: of the whole, of a member of it or of one value by its index.
bool is_of(const std::string& field, std::string_view path) {
  return field.starts_with(path) &&
         (field.size() == path.size() || field[path.size()] == '.' || field[path.size()] == '[');
}

// "dnsNames[1]=x" where the value is found.
std::optional<std::string> asked_value(const AttributeRow& row, const std::vector<std::string_view>& values,
                                       const std::string& shown) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (shown_value(values[i]) != shown) continue;
    std::string text(row.asked_by);
    if (!row.single || values.size() > 1) text += "[" + std::to_string(i) + "]";
    return text + "=" + shortened(one_line(values[i]), kMaxShown);
  }
  return std::nullopt;
}

std::string asked_for(const Failure& failure, const RequestView& view) {
  const std::string& field = failure.field;
  if (field == "spec.allowed.isCA") return "isCA=true";
  if (field == "spec.allowed.usages") return "usages " + shortened(failure.shown, kMaxShown);
  if (field.starts_with("spec.constraints.m")) {
    return view.duration ? "duration=" + short_duration(*view.duration) : "a certificate without duration";
  }
  if (field.starts_with("spec.constraints.privateKey")) {
    return "a key " + view.key.algorithm + (view.key.size > 0 ? " " + std::to_string(view.key.size) : "");
  }
  const RequestFacts facts(view);
  for (const AttributeRow& row : attribute_rows()) {
    const bool is_its_own = is_of(field, row.path);
    if (is_its_own && field.ends_with(".required"))
      return "a certificate without " + std::string(row.asked_by);
    if (!is_its_own && field.starts_with("spec.")) continue;
    if (auto found = asked_value(row, facts.of(row.attribute).values, failure.shown))
      return *std::move(found);
    if (is_its_own) return std::string(row.asked_by);
  }
  return failure.shown.empty() ? "this certificate" : shortened(failure.shown, kMaxShown);
}

}  // namespace

const std::vector<Failure>* nearest_failures(const Verdict& verdict) {
  if (!verdict.guard.empty()) return &verdict.guard;
  const std::vector<Failure>* nearest = nullptr;
  for (const PolicyOutcome& outcome : verdict.outcomes) {
    if (outcome.stage != Stage::Fails) continue;
    if (nearest == nullptr || outcome.failures.size() < nearest->size()) nearest = &outcome.failures;
  }
  return nearest;
}

std::string headline(const Verdict& verdict, const RequestView& view) {
  const std::vector<Failure>* failures = nearest_failures(verdict);
  const std::string what =
      failures != nullptr && !failures->empty() ? asked_for(failures->front(), view) : "a certificate";
  return "namespace " + view.name_space + " may not request " + what + " from " + issuer_text(view.issuer);
}

std::string fix_of(const std::vector<Failure>& failures) {
  std::vector<std::string> hints;
  for (const Failure& failure : failures) {
    const bool is_new = std::find(hints.begin(), hints.end(), failure.hint) == hints.end();
    if (!failure.hint.empty() && is_new && hints.size() < kMaxHints) hints.push_back(failure.hint);
  }
  std::string text;
  for (const std::string& hint : hints) text.append(text.empty() ? "" : "; ").append(one_line(hint));
  return text;
}

std::string brief(const Failure& failure) {
  std::string text = failure.field;
  for (const std::string* part : {&failure.shown, &failure.detail}) {
    if (!part->empty()) text.append(text.empty() ? "" : ": ").append(*part);
  }
  return one_line(text);
}

}  // namespace cw::policy
