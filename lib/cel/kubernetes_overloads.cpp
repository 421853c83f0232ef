// Lists, sets, regular expressions and optional values. Source: k8s.io/apiserver pkg/cel/environment/base.go
// and pkg/cel/library; cel-go's lists (version 3), sets and optional types.
#include <array>

#include "lib/cel/overloads.h"

namespace cw::cel {
namespace {

constexpr bool kMember = true;
constexpr bool kGlobal = false;

constexpr std::string_view kComparable = "LiLuLdLbLDLTLsLy";  // lists of what has an order
constexpr std::string_view kSummable = "LiLuLdLD";

// NOLINTNEXTLINE(modernize-avoid-c-arrays)
constexpr Overload kAdded[] = {
    {"find", kMember, "ss", "s", Op::Find, CostRule::Pattern},
    {"findAll", kMember, "ss", "Ls", Op::FindAll, CostRule::Pattern},
    {"findAll", kMember, "ssi", "Ls", Op::FindAll, CostRule::Pattern},
    {"indexOf", kMember, "LAA", "i", Op::IndexOf, CostRule::Traverse},
    {"lastIndexOf", kMember, "LAA", "i", Op::LastIndexOf, CostRule::Traverse},
    {"slice", kMember, "LAii", "LA", Op::Slice, CostRule::Allocate},
    {"flatten", kMember, "LLA", "LA", Op::Flatten, CostRule::Flatten},
    {"flatten", kMember, "L*i", "L*", Op::Flatten, CostRule::Flatten},
    {"reverse", kMember, "LA", "LA", Op::Reverse, CostRule::Allocate},
    {"distinct", kMember, "LA", "LA", Op::Distinct, CostRule::SelfCompare},
    {"lists.range", kGlobal, "i", "Li", Op::Range, CostRule::Allocate},
    {"first", kMember, "LA", "OA", Op::First},
    {"last", kMember, "LA", "OA", Op::Last},
    {"sets.contains", kGlobal, "LALA", "b", Op::SetContains, CostRule::Pairs},
    {"sets.equivalent", kGlobal, "LALA", "b", Op::SetEquals, CostRule::PairsTwice},
    {"sets.intersects", kGlobal, "LALA", "b", Op::SetMeets, CostRule::Pairs},
    {"optional.of", kGlobal, "A", "OA", Op::OptionalOf},
    {"optional.ofNonZeroValue", kGlobal, "A", "OA", Op::OptionalOfNonZero},
    {"optional.none", kGlobal, "", "OA", Op::OptionalNone},
    {"optional.unwrap", kGlobal, "LOA", "LA", Op::OptionalUnwrap},
    {"unwrapOpt", kMember, "LOA", "LA", Op::OptionalUnwrap},
    {"value", kMember, "OA", "A", Op::OptionalValueOf},
    {"hasValue", kMember, "OA", "b", Op::OptionalHasValue},
    {"or", kMember, "OAOA", "OA", Op::OptionalOr, CostRule::Nothing},
    {"orValue", kMember, "OAA", "A", Op::OptionalOrValue, CostRule::Nothing},
    {kIndex, kGlobal, "OLAi", "OA", Op::Index},
    {kIndex, kGlobal, "OMABA", "OB", Op::Index},
    {kOptionalIndex, kGlobal, "LAi", "OA", Op::Index},
    {kOptionalIndex, kGlobal, "OLAi", "OA", Op::Index},
    {kOptionalIndex, kGlobal, "MABA", "OB", Op::Index},
    {kOptionalIndex, kGlobal, "OMABA", "OB", Op::Index},
};

struct OverLists {
  std::string_view name;
  Op op;
  CostRule cost;
  std::string_view lists;
  std::size_t result_from;  // in the letters of the list: 0 the list, 1 its elements
  std::string_view result;  // if it is neither
};
constexpr std::array<OverLists, 5> kOverLists{
    {{"isSorted", Op::IsSorted, CostRule::Traverse, kComparable, 0, "b"},
     {"sum", Op::Sum, CostRule::Traverse, kSummable, 1, ""},
     {"min", Op::Least, CostRule::Traverse, kComparable, 1, ""},
     {"max", Op::Greatest, CostRule::Traverse, kComparable, 1, ""},
     {"sort", Op::Sort, CostRule::SelfCompare, kComparable, 0, ""}}};

// Functions on texts whose costs Kubernetes counts in its own way.
struct Recounted {
  std::string_view name;
  CostRule cost;
};
constexpr std::array<Recounted, 10> kRecounted{{{"charAt", CostRule::One},
                                                {"indexOf", CostRule::Traverse},
                                                {"lastIndexOf", CostRule::Traverse},
                                                {"lowerAscii", CostRule::Scan},
                                                {"upperAscii", CostRule::Scan},
                                                {"substring", CostRule::Scan},
                                                {"trim", CostRule::Scan},
                                                {"replace", CostRule::ScanTwice},
                                                {"split", CostRule::ScanTwice},
                                                {"join", CostRule::ScanResult}}};

std::vector<Overload> recounted(const OverloadTable& table) {
  std::vector<Overload> all;
  for (const Recounted& each : kRecounted) {
    for (const Overload* before : table.at(each.name)) {
      all.push_back(*before);
      all.back().cost = each.cost;
    }
  }
  return all;
}

std::vector<Overload> over_lists() {
  std::vector<Overload> all;
  for (const OverLists& each : kOverLists) {
    for (std::size_t at = 0; at < each.lists.size(); at += 2) {
      const std::string_view list = each.lists.substr(at, 2);
      all.push_back({each.name, kMember, list,
                     each.result.empty() ? list.substr(each.result_from) : each.result, each.op, each.cost});
    }
  }
  return all;
}

}  // namespace

void add_kubernetes_overloads(OverloadTable& table) {
  static const std::vector<Overload> kTexts = recounted(table);
  static const std::vector<Overload> kLists = over_lists();
  for (const Recounted& each : kRecounted) table.erase(each.name);
  table.erase("reverse");
  for (const Overload& each : kTexts) table[each.name].push_back(&each);
  for (const Overload& each : kAdded) table[each.name].push_back(&each);
  for (const Overload& each : kLists) table[each.name].push_back(&each);
}

}  // namespace cw::cel
