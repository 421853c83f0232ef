// Label selectors, and field selectors from a line "=" on: what is read, is written, and is read as the same
// again.
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "apiserver/field_selector.h"
#include "lib/kube/label_selector.h"
#include "tests/fuzz/targets.h"

namespace cw::fuzz {
namespace {

using kube::LabelRequirement;
using kube::LabelSelector;
using kube::LabelTest;

std::string joined(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (&value == &values.front() ? "" : ",") + value;
  return text;
}

std::string written(const LabelRequirement& one) {
  switch (one.test) {
    case LabelTest::Exists:
      return one.key;
    case LabelTest::Absent:
      return "!" + one.key;
    case LabelTest::In:
      return one.key + " in (" + joined(one.values) + ")";
    case LabelTest::NotIn:
      return one.key + " notin (" + joined(one.values) + ")";
    case LabelTest::Greater:
      return one.key + ">" + one.values.front();
    case LabelTest::Less:
      return one.key + "<" + one.values.front();
  }
  return {};
}

// Two sets of labels of those that the selector itself speaks of.
void check_matches(const LabelSelector& selector, const LabelSelector& again) {
  kube::Map first;
  kube::Map last;
  for (const LabelRequirement& one : selector.requirements()) {
    if (!one.values.empty()) first.set(one.key, one.values.front());
    last.set(one.key, one.values.empty() ? std::string("x") : one.values.back());
  }
  for (const kube::Map& labels : {kube::Map(), first, last}) {
    CW_ASSERT(selector.matches(labels) == again.matches(labels));
  }
}

void check_labels(std::string_view text) {
  const auto selector = LabelSelector::parse(text);
  if (!selector) {
    CW_ASSERT(selector.error().code == Code::Invalid && !selector.error().message.empty());
    return;
  }
  std::string shown;
  for (const LabelRequirement& one : selector->requirements())
    shown += (shown.empty() ? "" : ",") + written(one);
  const auto again = LabelSelector::parse(shown);
  CW_ASSERT(again.has_value() && again->requirements() == selector->requirements());
  check_matches(*selector, *again);
}

std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\' || c == ',' || c == '=') out += '\\';
    out += c;
  }
  return out;
}

void check_fields(std::string_view text) {
  apiserver::ResourceRow row;
  row.fields = {{"spec.name", {"spec", "name"}}};
  const auto selector = apiserver::FieldSelector::parse(text, row);
  if (!selector) CW_ASSERT(selector.error().code == Code::Invalid && !selector.error().message.empty());
  // The text as a value, among other terms.
  const std::string terms = "spec.name!=" + escaped(text) + ",metadata.name=" + escaped(text) + ",";
  const auto named = apiserver::FieldSelector::parse(terms, row);
  CW_ASSERT(named.has_value() && named->only_name() == std::string(text));
}

}  // namespace

void selectors(std::string_view input) {
  const std::size_t at = input.find("\n=\n");
  check_labels(input.substr(0, at));
  if (at != std::string_view::npos) check_fields(input.substr(at + 3));
}

}  // namespace cw::fuzz
