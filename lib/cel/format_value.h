// What %s of format() writes, lists and maps too, a map in the order of its keys' texts. Source: cel-go's
// ext/formatting.go, and formatting_v2.go.
#pragma once

#include <string>

#include "lib/cel/evaluation.h"

namespace cw::cel {

inline constexpr std::size_t kMaxFormatted = 8UL << 20;  // bytes of one result

enum class ValueForm : std::uint8_t {
  Plain,  // as string() writes them, also in lists and maps; doubles in plain decimals, times in UTC
  Older,  // in lists and maps as CEL spells them: "a", b"a", timestamp("…"); times at their own offset
};
// Behind what is there. False: the work is used up, or a value that has no text.
bool append_value(Evaluation& run, ValueForm, const Value& value, std::string& to);

}  // namespace cw::cel
