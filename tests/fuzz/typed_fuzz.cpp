// {"type": "a", "object": …, "patch": …}: strategic merge patches of core kinds, and their typed decoding.
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/strategic_patch.h"
#include "lib/kube/json.h"
#include "tests/fuzz/targets.h"
#include "tests/fuzz/types.h"

namespace cw::fuzz {

void typed(std::string_view input) {
  const auto parsed = kube::parse_json(input);
  if (!parsed || !parsed->is_object()) return;
  const std::string letter = apiserver::text_member(*parsed, "type");
  const apiserver::ValueType& type = type_of(letter.empty() ? 'a' : letter[0]);
  const kube::Json& object = apiserver::object_member(*parsed, "object");
  check_typed(object, type);

  const auto unchanged = apiserver::apply_strategic_patch(object, kube::Json::object(), type);
  CW_ASSERT(unchanged.has_value() && *unchanged == object);
  const kube::Json* patch = apiserver::find_member(*parsed, "patch");
  if (patch == nullptr) return;
  const auto result = apiserver::apply_strategic_patch(object, *patch, type);
  if (!result) {
    const Code code = result.error().code;
    CW_ASSERT((code == Code::Invalid || code == Code::Internal) && !result.error().message.empty());
    return;
  }
  CW_ASSERT(result->is_object() && kube::parse_json(result->dump()).has_value());
  check_typed(*result, type);
}

}  // namespace cw::fuzz
