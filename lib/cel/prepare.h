// What can be done before an expression runs: what each node costs whatever the values are, lists and maps of
// constants, regular expressions. Source: cel-go's attributes and their runtime cost.
#pragma once

#include "lib/cel/ast.h"

namespace cw::cel {

void prepare(Node& root, Dialect dialect);

}  // namespace cw::cel
