// LabelSelector: "app=shop,tier in (front,back),!old". Parsing is pure and its errors are those of
// kube-apiserver. Source of the grammar: k8s.io/apimachinery pkg/labels/selector.go.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/kube/map.h"

namespace cw::kube {

enum class LabelTest : std::uint8_t { Exists, Absent, In, NotIn, Greater, Less };

struct LabelRequirement {
  std::string key;
  LabelTest test = LabelTest::Exists;
  std::vector<std::string> values = {};
  bool matches(const Map& labels) const;
};

class LabelSelector {
 public:
  LabelSelector() = default;  // matches everything
  // Invalid with what is wrong.
  static Result<LabelSelector> parse(std::string_view text);

  bool empty() const { return requirements_.empty(); }
  bool matches(const Map& labels) const;

 private:
  explicit LabelSelector(std::vector<LabelRequirement> requirements)
      : requirements_(std::move(requirements)) {}
  std::vector<LabelRequirement> requirements_;
};

}  // namespace cw::kube
