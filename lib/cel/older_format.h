// format() as the strings extension had it up to its version 3, which Kubernetes keeps to: in lists and maps
// %s writes values as CEL spells them; %d is for whole numbers, %f and %e for doubles, in English. Source:
// cel-go's ext/formatting.go; what %s writes is in format_value.h.
#pragma once

#include <string>
#include <string_view>

#include "lib/cel/evaluation.h"
#include "lib/cel/format.h"

namespace cw::cel {

bool older_accepts(char clause, Kind kind);
std::string older_problem(char clause, std::string_view type_name);
// "12,345.60", "1.5 × 10⁰³" with narrow spaces.
std::string older_real(double number, const Clause& clause);

}  // namespace cw::cel
