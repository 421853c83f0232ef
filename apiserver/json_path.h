// JsonPath: the part of kubectl's JSONPath that printer columns use: members, indexes, [*] and filters by
// equality ([?(@.type=="Ready")]). Parsed once, evaluated often. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lib/base/result.h"

namespace cw::apiserver {

using Json = nlohmann::json;

class JsonPath {
 public:
  // ".status.conditions[?(@.type == \"Ready\")].status". Invalid if it is malformed or has more than that.
  static Result<JsonPath> parse(std::string_view text);
  // Every value found, in order.
  std::vector<const Json*> find(const Json& root) const;

 private:
  enum class StepKind : std::uint8_t { Member, Index, Each, Filter };
  struct Step {
    StepKind kind = StepKind::Member;
    std::string name = {};     // Member; Filter: the member compared
    std::string value = {};    // Filter
    std::ptrdiff_t index = 0;  // below 0: from the end
  };
  class Parser;
  static void take(const Step&, const Json& value, std::vector<const Json*>& found);

  std::vector<Step> steps_;
};

}  // namespace cw::apiserver
