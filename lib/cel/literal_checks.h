// What the Kubernetes dialect refuses in a sound expression before it runs: lists and maps whose elements are
// not all of one type, and texts that are no duration, timestamp or pattern. Source: cel-go's AST validators.
#pragma once

#include <vector>

#include "lib/cel/ast.h"
#include "lib/cel/shape.h"
#include "lib/cel/token.h"

namespace cw::cel {

// The nodes have their shapes.
std::vector<Mistake> literal_mistakes(const Node& root, Shapes&);

}  // namespace cw::cel
