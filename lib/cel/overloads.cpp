#include "lib/cel/overloads.h"

namespace cw::cel {
namespace {

constexpr bool kMember = true;
constexpr bool kGlobal = false;

// NOLINTNEXTLINE(modernize-avoid-c-arrays)
constexpr Overload kOperators[] = {
    {kNot, kGlobal, "b", "b", Op::Not},
    {kNegate, kGlobal, "d", "d", Op::Negate},
    {kNegate, kGlobal, "i", "i", Op::Negate},
    {"_==_", kGlobal, "AA", "b", Op::Equal, CostRule::Smaller},
    {"_!=_", kGlobal, "AA", "b", Op::NotEqual, CostRule::Smaller},
    {"_<_", kGlobal, "bb", "b", Op::Less},
    {"_<_", kGlobal, "ii", "b", Op::Less},
    {"_<_", kGlobal, "uu", "b", Op::Less},
    {"_<_", kGlobal, "dd", "b", Op::Less},
    {"_<_", kGlobal, "ss", "b", Op::Less, CostRule::Smaller},
    {"_<_", kGlobal, "yy", "b", Op::Less, CostRule::Smaller},
    {"_<_", kGlobal, "TT", "b", Op::Less},
    {"_<_", kGlobal, "DD", "b", Op::Less},
    {"_<=_", kGlobal, "bb", "b", Op::LessEqual},
    {"_<=_", kGlobal, "ii", "b", Op::LessEqual},
    {"_<=_", kGlobal, "uu", "b", Op::LessEqual},
    {"_<=_", kGlobal, "dd", "b", Op::LessEqual},
    {"_<=_", kGlobal, "ss", "b", Op::LessEqual, CostRule::Smaller},
    {"_<=_", kGlobal, "yy", "b", Op::LessEqual, CostRule::Smaller},
    {"_<=_", kGlobal, "TT", "b", Op::LessEqual},
    {"_<=_", kGlobal, "DD", "b", Op::LessEqual},
    {"_>_", kGlobal, "bb", "b", Op::Greater},
    {"_>_", kGlobal, "ii", "b", Op::Greater},
    {"_>_", kGlobal, "uu", "b", Op::Greater},
    {"_>_", kGlobal, "dd", "b", Op::Greater},
    {"_>_", kGlobal, "ss", "b", Op::Greater, CostRule::Smaller},
    {"_>_", kGlobal, "yy", "b", Op::Greater, CostRule::Smaller},
    {"_>_", kGlobal, "TT", "b", Op::Greater},
    {"_>_", kGlobal, "DD", "b", Op::Greater},
    {"_>=_", kGlobal, "bb", "b", Op::GreaterEqual},
    {"_>=_", kGlobal, "ii", "b", Op::GreaterEqual},
    {"_>=_", kGlobal, "uu", "b", Op::GreaterEqual},
    {"_>=_", kGlobal, "dd", "b", Op::GreaterEqual},
    {"_>=_", kGlobal, "ss", "b", Op::GreaterEqual, CostRule::Smaller},
    {"_>=_", kGlobal, "yy", "b", Op::GreaterEqual, CostRule::Smaller},
    {"_>=_", kGlobal, "TT", "b", Op::GreaterEqual},
    {"_>=_", kGlobal, "DD", "b", Op::GreaterEqual},
    {"@in", kGlobal, "ALA", "b", Op::In, CostRule::Elements},
    {"@in", kGlobal, "AMAB", "b", Op::In},
    {"_+_", kGlobal, "yy", "y", Op::Add, CostRule::Sum},
    {"_+_", kGlobal, "dd", "d", Op::Add},
    {"_+_", kGlobal, "DD", "D", Op::Add},
    {"_+_", kGlobal, "DT", "T", Op::Add},
    {"_+_", kGlobal, "TD", "T", Op::Add},
    {"_+_", kGlobal, "ii", "i", Op::Add},
    {"_+_", kGlobal, "LALA", "LA", Op::Add},
    {"_+_", kGlobal, "ss", "s", Op::Add, CostRule::Sum},
    {"_+_", kGlobal, "uu", "u", Op::Add},
    {"_-_", kGlobal, "dd", "d", Op::Subtract},
    {"_-_", kGlobal, "DD", "D", Op::Subtract},
    {"_-_", kGlobal, "ii", "i", Op::Subtract},
    {"_-_", kGlobal, "TD", "T", Op::Subtract},
    {"_-_", kGlobal, "TT", "D", Op::Subtract},
    {"_-_", kGlobal, "uu", "u", Op::Subtract},
    {"_*_", kGlobal, "dd", "d", Op::Multiply},
    {"_*_", kGlobal, "ii", "i", Op::Multiply},
    {"_*_", kGlobal, "uu", "u", Op::Multiply},
    {"_/_", kGlobal, "dd", "d", Op::Divide},
    {"_/_", kGlobal, "ii", "i", Op::Divide},
    {"_/_", kGlobal, "uu", "u", Op::Divide},
    {"_%_", kGlobal, "ii", "i", Op::Modulo},
    {"_%_", kGlobal, "uu", "u", Op::Modulo},
    {kIndex, kGlobal, "LAi", "A", Op::Index},
    {kIndex, kGlobal, "MABA", "B", Op::Index},
};

// NOLINTNEXTLINE(modernize-avoid-c-arrays)
constexpr Overload kMixedOrder[] = {
    {"_<_", kGlobal, "iu", "b", Op::Less},          {"_<_", kGlobal, "id", "b", Op::Less},
    {"_<_", kGlobal, "ui", "b", Op::Less},          {"_<_", kGlobal, "ud", "b", Op::Less},
    {"_<_", kGlobal, "di", "b", Op::Less},          {"_<_", kGlobal, "du", "b", Op::Less},
    {"_<=_", kGlobal, "iu", "b", Op::LessEqual},    {"_<=_", kGlobal, "id", "b", Op::LessEqual},
    {"_<=_", kGlobal, "ui", "b", Op::LessEqual},    {"_<=_", kGlobal, "ud", "b", Op::LessEqual},
    {"_<=_", kGlobal, "di", "b", Op::LessEqual},    {"_<=_", kGlobal, "du", "b", Op::LessEqual},
    {"_>_", kGlobal, "iu", "b", Op::Greater},       {"_>_", kGlobal, "id", "b", Op::Greater},
    {"_>_", kGlobal, "ui", "b", Op::Greater},       {"_>_", kGlobal, "ud", "b", Op::Greater},
    {"_>_", kGlobal, "di", "b", Op::Greater},       {"_>_", kGlobal, "du", "b", Op::Greater},
    {"_>=_", kGlobal, "iu", "b", Op::GreaterEqual}, {"_>=_", kGlobal, "id", "b", Op::GreaterEqual},
    {"_>=_", kGlobal, "ui", "b", Op::GreaterEqual}, {"_>=_", kGlobal, "ud", "b", Op::GreaterEqual},
    {"_>=_", kGlobal, "di", "b", Op::GreaterEqual}, {"_>=_", kGlobal, "du", "b", Op::GreaterEqual},
};

// NOLINTNEXTLINE(modernize-avoid-c-arrays)
constexpr Overload kFunctions[] = {
    {"size", kGlobal, "y", "i", Op::Size},
    {"size", kMember, "y", "i", Op::Size},
    {"size", kGlobal, "LA", "i", Op::Size},
    {"size", kMember, "LA", "i", Op::Size},
    {"size", kGlobal, "MAB", "i", Op::Size},
    {"size", kMember, "MAB", "i", Op::Size},
    {"size", kGlobal, "s", "i", Op::Size},
    {"size", kMember, "s", "i", Op::Size},
    {"type", kGlobal, "A", "t", Op::ToType},
    {"bool", kGlobal, "b", "b", Op::ToBool},
    {"bool", kGlobal, "s", "b", Op::ToBool},
    {"bytes", kGlobal, "y", "y", Op::ToBytes},
    {"bytes", kGlobal, "s", "y", Op::ToBytes, CostRule::Scan},
    {"double", kGlobal, "d", "d", Op::ToDouble},
    {"double", kGlobal, "i", "d", Op::ToDouble},
    {"double", kGlobal, "s", "d", Op::ToDouble},
    {"double", kGlobal, "u", "d", Op::ToDouble},
    {"duration", kGlobal, "D", "D", Op::ToDuration},
    {"duration", kGlobal, "s", "D", Op::ToDuration},
    {"dyn", kGlobal, "A", "*", Op::ToDyn},
    {"int", kGlobal, "i", "i", Op::ToInt},
    {"int", kGlobal, "d", "i", Op::ToInt},
    {"int", kGlobal, "D", "i", Op::ToInt},
    {"int", kGlobal, "s", "i", Op::ToInt},
    {"int", kGlobal, "T", "i", Op::ToInt},
    {"int", kGlobal, "u", "i", Op::ToInt},
    {"string", kGlobal, "s", "s", Op::ToString},
    {"string", kGlobal, "b", "s", Op::ToString},
    {"string", kGlobal, "y", "s", Op::ToString, CostRule::Scan},
    {"string", kGlobal, "d", "s", Op::ToString},
    {"string", kGlobal, "D", "s", Op::ToString},
    {"string", kGlobal, "i", "s", Op::ToString},
    {"string", kGlobal, "T", "s", Op::ToString},
    {"string", kGlobal, "u", "s", Op::ToString},
    {"timestamp", kGlobal, "T", "T", Op::ToTimestamp},
    {"timestamp", kGlobal, "i", "T", Op::ToTimestamp},
    {"timestamp", kGlobal, "s", "T", Op::ToTimestamp},
    {"uint", kGlobal, "u", "u", Op::ToUint},
    {"uint", kGlobal, "d", "u", Op::ToUint},
    {"uint", kGlobal, "i", "u", Op::ToUint},
    {"uint", kGlobal, "s", "u", Op::ToUint},
    {"contains", kMember, "ss", "b", Op::Contains, CostRule::Product},
    {"endsWith", kMember, "ss", "b", Op::EndsWith, CostRule::ScanArgument},
    {"startsWith", kMember, "ss", "b", Op::StartsWith, CostRule::ScanArgument},
    {"matches", kGlobal, "ss", "b", Op::Matches},
    {"matches", kMember, "ss", "b", Op::Matches, CostRule::Pattern},
};

// NOLINTNEXTLINE(modernize-avoid-c-arrays)
constexpr Overload kTimeFunctions[] = {
    {"getFullYear", kMember, "T", "i", Op::GetFullYear},
    {"getFullYear", kMember, "Ts", "i", Op::GetFullYear},
    {"getMonth", kMember, "T", "i", Op::GetMonth},
    {"getMonth", kMember, "Ts", "i", Op::GetMonth},
    {"getDayOfYear", kMember, "T", "i", Op::GetDayOfYear},
    {"getDayOfYear", kMember, "Ts", "i", Op::GetDayOfYear},
    {"getDayOfMonth", kMember, "T", "i", Op::GetDayOfMonth},
    {"getDayOfMonth", kMember, "Ts", "i", Op::GetDayOfMonth},
    {"getDate", kMember, "T", "i", Op::GetDate},
    {"getDate", kMember, "Ts", "i", Op::GetDate},
    {"getDayOfWeek", kMember, "T", "i", Op::GetDayOfWeek},
    {"getDayOfWeek", kMember, "Ts", "i", Op::GetDayOfWeek},
    {"getHours", kMember, "T", "i", Op::GetHours},
    {"getHours", kMember, "Ts", "i", Op::GetHours},
    {"getHours", kMember, "D", "i", Op::GetHours},
    {"getMinutes", kMember, "T", "i", Op::GetMinutes},
    {"getMinutes", kMember, "Ts", "i", Op::GetMinutes},
    {"getMinutes", kMember, "D", "i", Op::GetMinutes},
    {"getSeconds", kMember, "T", "i", Op::GetSeconds},
    {"getSeconds", kMember, "Ts", "i", Op::GetSeconds},
    {"getSeconds", kMember, "D", "i", Op::GetSeconds},
    {"getMilliseconds", kMember, "T", "i", Op::GetMilliseconds},
    {"getMilliseconds", kMember, "Ts", "i", Op::GetMilliseconds},
    {"getMilliseconds", kMember, "D", "i", Op::GetMilliseconds},
};

// NOLINTNEXTLINE(modernize-avoid-c-arrays)
constexpr Overload kStrings[] = {
    {"charAt", kMember, "si", "s", Op::CharAt, CostRule::Character},
    {"indexOf", kMember, "ss", "i", Op::IndexOf, CostRule::Search},
    {"indexOf", kMember, "ssi", "i", Op::IndexOf, CostRule::Search},
    {"lastIndexOf", kMember, "ss", "i", Op::LastIndexOf, CostRule::Search},
    {"lastIndexOf", kMember, "ssi", "i", Op::LastIndexOf, CostRule::Search},
    {"lowerAscii", kMember, "s", "s", Op::LowerAscii, CostRule::Transform},
    {"upperAscii", kMember, "s", "s", Op::UpperAscii, CostRule::Transform},
    {"replace", kMember, "sss", "s", Op::Replace, CostRule::Replace},
    {"replace", kMember, "sssi", "s", Op::Replace, CostRule::Replace},
    {"split", kMember, "ss", "Ls", Op::Split, CostRule::Split},
    {"split", kMember, "ssi", "Ls", Op::Split, CostRule::Split},
    {"substring", kMember, "si", "s", Op::Substring, CostRule::Transform},
    {"substring", kMember, "sii", "s", Op::Substring, CostRule::Transform},
    {"trim", kMember, "s", "s", Op::Trim, CostRule::Transform},
    {"reverse", kMember, "s", "s", Op::Reverse, CostRule::Transform},
    {"join", kMember, "Ls", "s", Op::Join, CostRule::Join},
    {"join", kMember, "Lss", "s", Op::Join, CostRule::Join},
    {kFormat, kMember, "sL*", "s", Op::Format, CostRule::Scan},
    {"strings.quote", kGlobal, "s", "s", Op::Quote, CostRule::Scan},
};

OverloadTable standard_table() {
  OverloadTable by_name;
  for (const Overload& each : kOperators) by_name[each.name].push_back(&each);
  for (const Overload& each : kFunctions) by_name[each.name].push_back(&each);
  for (const Overload& each : kTimeFunctions) by_name[each.name].push_back(&each);
  for (const Overload& each : kStrings) by_name[each.name].push_back(&each);
  return by_name;
}

OverloadTable kubernetes_table() {
  OverloadTable by_name = standard_table();
  add_kubernetes_overloads(by_name);
  return by_name;
}

const std::vector<const Overload*>& found_in(const OverloadTable& table, std::string_view name) {
  static const std::vector<const Overload*> kNothing;
  const auto found = table.find(name);
  return found == table.end() ? kNothing : found->second;
}

}  // namespace

const std::vector<const Overload*>& mixed_orders_of(std::string_view name) {
  static const OverloadTable kByName = [] {
    OverloadTable by_name;
    for (const Overload& each : kMixedOrder) by_name[each.name].push_back(&each);
    return by_name;
  }();
  return found_in(kByName, name);
}

const std::vector<const Overload*>& overloads_of(std::string_view name, Dialect dialect) {
  static const OverloadTable kStandard = standard_table();
  if (dialect == Dialect::Standard) return found_in(kStandard, name);
  static const OverloadTable kKubernetes = kubernetes_table();
  return found_in(kKubernetes, name);
}

}  // namespace cw::cel
