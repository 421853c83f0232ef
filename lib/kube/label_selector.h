// LabelSelector: "app=shop,tier in (front,back),!old", or the same as an object (metav1.LabelSelector). Pure;
// errors of a text are those of kube-apiserver. Source: k8s.io/apimachinery pkg/labels/selector.go,
// pkg/apis/meta/v1/helpers.go.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lib/base/result.h"
#include "lib/kube/map.h"

namespace cw::kube {

enum class LabelTest : std::uint8_t { Exists, Absent, In, NotIn, Greater, Less };

struct LabelRequirement {
  std::string key;
  LabelTest test = LabelTest::Exists;
  std::vector<std::string> values = {};
  bool matches(const Map& labels) const;
  bool operator==(const LabelRequirement&) const = default;
};

class LabelSelector {
 public:
  LabelSelector() = default;  // matches everything
  // Invalid with what is wrong.
  static Result<LabelSelector> parse(std::string_view text);
  // {"matchLabels": …, "matchExpressions": …}. Invalid: of another shape, an unknown operator.
  static Result<LabelSelector> decode(const nlohmann::json& selector);

  bool empty() const { return requirements_.empty(); }
  const std::vector<LabelRequirement>& requirements() const { return requirements_; }
  bool matches(const Map& labels) const;

 private:
  explicit LabelSelector(std::vector<LabelRequirement> requirements)
      : requirements_(std::move(requirements)) {}
  std::vector<LabelRequirement> requirements_;
};

}  // namespace cw::kube
