// "a, b, c" in an annotation's value. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace cw::policy {

// Parts without the blanks around them; views into the text. Invalid: a part is empty, or there are more
// than 1000.
Result<std::vector<std::string_view>> parse_comma_list(std::string_view text);

}  // namespace cw::policy
