// Node: a part of a parsed expression. The parser makes them, the checker notes types and what names mean,
// the evaluator walks over them; after that they are constant. Names point into the source.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "lib/cel/environment.h"
#include "lib/cel/overloads.h"
#include "lib/cel/value.h"

namespace cw::cel {

struct Pattern;  // a compiled regular expression
struct Shape;

enum class NodeKind : std::uint8_t {
  Constant,     // literals; after the check also names of types, and lists and maps of constants
  Name,         // only until the check
  Variable,     // slot
  Select,       // child.name
  Test,         // has(child.name)
  Call,         // of an operator or a function
  And,          // of two or more
  Or,           // of two or more
  Conditional,  // condition, yes, no
  List,
  Map,  // key, value, key, value, …
  // range, body, and for a map with a filter the filter; the variable is `name`, in `slot`. With two, the
  // other one is `second`, in the slot after it.
  Fold
};

enum class Macro : std::uint8_t {
  All,
  Exists,
  ExistsOne,
  Map,
  Filter,
  TransformMap,    // key and value → value
  TransformEntry,  // … → a map
  SortBy,
  OptionalMap,
  OptionalFlatMap
};

struct Node {
  NodeKind kind = NodeKind::Constant;
  Op op = Op::None;
  CostRule rule = CostRule::One;
  Macro macro = Macro::All;
  bool is_member = false;    // a call whose first child is the receiver
  bool is_optional = false;  // a.?b, a[?b]
  bool is_spread = false;    // ?x in a list, as the value of a map's entry
  bool is_absolute = false;  // a name with a leading dot: no variable of a macro
  std::uint16_t depth = 1;
  std::uint32_t offset = 0;  // in the source, in bytes
  std::string_view name = {};
  std::string_view second = {};
  std::string_view gives = {};  // the letters of what a call gives, where that is known
  std::vector<Node*> children = {};
  Value constant = {};
  int slot = -1;
  int field = -1;          // of a Select or Test on an object whose type is known
  std::uint64_t cost = 0;  // what is charged whatever the values are
  const Shape* shape = nullptr;
  std::shared_ptr<const Pattern> pattern = nullptr;  // of matches() with a constant
  std::vector<const Function*> hosts = {};           // that may be meant, by the types that are known
};

using Nodes = std::deque<Node>;  // owns; addresses stay

}  // namespace cw::cel
