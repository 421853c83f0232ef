// CEL source → Node tree, macros expanded. Depth, number of nodes and recursion are bounded. Source: CEL
// language definition, "Syntax" and "Macros"; limits of cel-go's parser.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/cel/ast.h"
#include "lib/cel/token.h"

namespace cw::cel {

inline constexpr std::size_t kMaxSource = 100'000;  // characters
inline constexpr int kMaxDepth = 250;
inline constexpr std::size_t kMaxNodes = 20'000;

// The root, owned by `nodes`. The source must stay: names point into it.
Result<Node*, Mistake> parse(std::string_view source, Nodes& nodes, Dialect dialect);

// A call that is a macro becomes what it stands for. The mistake's text, empty if there is none; `at` is the
// argument that is wrong.
std::string expand_macro(Node& call, Dialect dialect, std::uint32_t& at);

}  // namespace cw::cel
