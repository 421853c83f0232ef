// The standard library and the strings extension as a table: which functions there are, of which types, and
// by which rule a call costs. Constant. Source: CEL language definition, "List of Standard Definitions";
// cel-go's table of actual costs and that of the strings extension; those of k8s.io/apiserver's
// pkg/cel/library.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/cel/environment.h"

namespace cw::cel {

// What an operator or a function does; its overloads differ only by the types of the values.
enum class Op : std::uint8_t {
  None,
  Host,  // a function of the Environment
  Not,
  Negate,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  In,
  Add,
  Subtract,
  Multiply,
  Divide,
  Modulo,
  Index,
  Size,
  ToType,
  ToBool,
  ToBytes,
  ToDouble,
  ToDuration,
  ToDyn,
  ToInt,
  ToString,
  ToTimestamp,
  ToUint,
  Contains,
  EndsWith,
  StartsWith,
  Matches,
  GetFullYear,
  GetMonth,
  GetDayOfYear,
  GetDayOfMonth,
  GetDate,
  GetDayOfWeek,
  GetHours,
  GetMinutes,
  GetSeconds,
  GetMilliseconds,
  CharAt,
  IndexOf,
  LastIndexOf,
  LowerAscii,
  UpperAscii,
  Replace,
  Split,
  Substring,
  Trim,
  Reverse,
  Join,
  Format,
  Quote,
  Find,
  FindAll,
  IsSorted,
  Sum,
  Least,
  Greatest,
  Sort,
  Slice,
  Flatten,
  Distinct,
  Range,
  First,
  Last,
  SetContains,
  SetEquals,
  SetMeets,
  OptionalOf,
  OptionalOfNonZero,
  OptionalNone,
  OptionalHasValue,
  OptionalValueOf,
  OptionalUnwrap,
  OptionalOr,  // these two do not look at the second when the first is there
  OptionalOrValue
};

// What a call costs; sizes are those of the values, in characters, bytes, elements or entries.
enum class CostRule : std::uint8_t {
  One,
  Scan,          // a tenth of the first
  ScanArgument,  // a tenth of the second
  Elements,      // the second
  Smaller,       // a tenth of the smaller one
  Sum,           // a tenth of both
  Pattern,       // a tenth of the first, times a quarter of the second
  Product,       // a tenth of the first times a tenth of the second
  Character,     // 2 and a tenth of the first
  Transform,     // 1, a tenth of the first, and the result
  Search,        // 1, a tenth of (the first times the second)
  Replace,       // as Search, and the result
  Split,         // 11, a tenth of the first, and the result
  Join,          // 1, a tenth of the first, and the result
  // In the Kubernetes dialect:
  ScanTwice,    // a fifth of the first
  ScanResult,   // a fifth of the result
  Traverse,     // all elements of the first, and what is in them; a tenth of texts
  SelfCompare,  // 11 and twice the square of the first, more for texts
  Allocate,     // 11 and the result
  Flatten,      // 11 and the first, as often as it is deep
  Pairs,        // 1 and the first times the second
  PairsTwice,   // 1 and twice that
  Nothing
};

// Types are spelled in letters: b bool, i int, u uint, d double, s string, y bytes, T timestamp, D duration,
// t type, * dyn, A and B type parameters, L list of, O optional of, M map of (two).
struct Overload {
  std::string_view name;
  bool is_member = false;
  std::string_view arguments;
  std::string_view result;
  Op op = Op::None;
  CostRule cost = CostRule::One;
};

// In the order of their declaration; empty for a name that is none.
const std::vector<const Overload*>& overloads_of(std::string_view name, Dialect dialect);

using OverloadTable = std::unordered_map<std::string_view, std::vector<const Overload*>>;
// What the Kubernetes dialect has beside the standard, or in its place.
void add_kubernetes_overloads(OverloadTable&);
// <, <=, > and >= over numbers of two types.
const std::vector<const Overload*>& mixed_orders_of(std::string_view name);

// The names of operators, as cel-go shows them in messages.
inline constexpr std::string_view kNot = "!_";
inline constexpr std::string_view kNegate = "-_";
inline constexpr std::string_view kIndex = "_[_]";
inline constexpr std::string_view kOptionalIndex = "_[?_]";
inline constexpr std::string_view kConditional = "_?_:_";
inline constexpr std::string_view kFormat = "format";

}  // namespace cw::cel
