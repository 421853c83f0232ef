// The sizes of values, and what a call costs.
#include <algorithm>
#include <limits>

#include "lib/cel/evaluation.h"
#include "lib/cel/text.h"

namespace cw::cel {
namespace {

constexpr std::uint64_t tenth(std::uint64_t size) { return size / 10 + (size % 10 == 0 ? 0 : 1); }
constexpr std::uint64_t kAllocation = 11;  // the call, and a list that it makes
constexpr std::uint64_t quarter(std::uint64_t size) { return size / 4 + (size % 4 == 0 ? 0 : 1); }

// Sizes are bounded by what fits into memory, so that only products can overflow.
std::uint64_t product(std::uint64_t left, std::uint64_t right) {
  std::uint64_t result = 0;
  return __builtin_mul_overflow(left, right, &result) ? std::numeric_limits<std::uint64_t>::max() / 4
                                                      : result;
}

}  // namespace

std::uint64_t Evaluation::characters_of(std::string_view text) {
  const std::uint64_t count = is_stopped() ? 0 : characters(text);
  // Plain ASCII is counted many bytes at a time.
  (void)work(count == text.size() ? text.size() / 16 : text.size() * 2);
  return count;
}

std::uint64_t Evaluation::size_of(const Value& value) {
  if (const Text* text = value.as<Text>()) return characters_of(view(*text));
  if (const BytesValue* bytes = value.as<BytesValue>()) return view(bytes->bytes).size();
  if (const ListValue* list = value.as<ListValue>()) return *list == nullptr ? 0 : (*list)->size();
  if (const MapValue* map = value.as<MapValue>()) return map->entries == nullptr ? 0 : map->entries->size();
  const OptionalValue* optional = value.as<OptionalValue>();
  return optional != nullptr && optional->held != nullptr ? size_of(*optional->held) : 1;
}

// Does not count a long text to find that the other one is shorter.
std::uint64_t Evaluation::smaller_size(const Value& left, const Value& right) {
  const Text* left_text = left.as<Text>();
  const Text* right_text = right.as<Text>();
  if (left_text == nullptr || right_text == nullptr) return std::min(size_of(left), size_of(right));
  std::string_view shorter = view(*left_text);
  std::string_view longer = view(*right_text);
  if (shorter.size() > longer.size()) std::swap(shorter, longer);
  const std::uint64_t count = characters_of(shorter);
  return longer.size() / 4 >= count ? count : std::min(count, characters_of(longer));
}

std::uint64_t Evaluation::cost_of(CostRule rule, Arguments arguments, const Value* result) {
  const auto size = [&](std::size_t index) { return size_of(*arguments[index]); };
  const auto result_size = [&] { return result == nullptr ? 0 : size_of(*result); };
  const auto at_least_one = [](std::uint64_t number) { return std::max<std::uint64_t>(number, 1); };
  switch (rule) {
    case CostRule::One:
      return 1;
    case CostRule::Scan:
      return tenth(size(0));
    case CostRule::ScanArgument:
      return tenth(size(1));
    case CostRule::Elements:
      return size(1);
    case CostRule::Smaller:
      return tenth(smaller_size(*arguments[0], *arguments[1]));
    case CostRule::Sum:
      return tenth(size(0) + size(1));
    case CostRule::Pattern:
      return product(tenth(size(0) + 1), quarter(size(1)));
    case CostRule::Product:
      return product(tenth(size(0)), tenth(size(1)));
    case CostRule::Character:
      return 2 + tenth(size(0));
    case CostRule::Transform:
      return 1 + tenth(size(0)) + result_size();
    case CostRule::Search:
      return 1 + tenth(product(size(0), size(1)));
    case CostRule::Replace:
      return 1 + tenth(product(at_least_one(size(0)), at_least_one(size(1)))) + result_size();
    case CostRule::Split:
      return 11 + tenth(size(0) + 1) + result_size();
    case CostRule::Join:
      return 1 + tenth(size(0) + 1) + result_size();
    default:
      return kubernetes_cost(rule, arguments, result);
  }
}

// Of lists, and of texts that Kubernetes counts in its own way.
std::uint64_t Evaluation::kubernetes_cost(CostRule rule, Arguments arguments, const Value* result) {
  const auto size = [&](std::size_t index) { return size_of(*arguments[index]); };
  switch (rule) {
    case CostRule::ScanTwice:
      return tenth(2 * size(0));
    case CostRule::ScanResult:
      return tenth(2 * (result == nullptr ? 1 : size_of(*result)));
    case CostRule::Traverse:
      return traversal_cost(*arguments[0]);
    case CostRule::SelfCompare:
      return self_compare_cost(*arguments[0]);
    case CostRule::Allocate:
      return kAllocation + (result == nullptr ? 1 : size_of(*result));
    case CostRule::Flatten: {
      const auto* depth = arguments.size() > 1 ? arguments[1]->as<std::int64_t>() : nullptr;
      const std::int64_t times = depth == nullptr ? 1 : std::max<std::int64_t>(*depth, 0);
      return kAllocation + product(size(0), static_cast<std::uint64_t>(times));
    }
    case CostRule::Pairs:
      return 1 + product(size(0), size(1));
    case CostRule::PairsTwice:
      return 1 + product(2, product(size(0), size(1)));
    default:
      return rule == CostRule::Nothing ? 0 : 1;
  }
}

std::uint64_t Evaluation::self_compare_cost(const Value& value) {
  const std::uint64_t size = size_of(value);
  const std::uint64_t pairs = product(size, size);
  const ListValue* list = value.as<ListValue>();
  const bool has_texts =
      size > 0 && list != nullptr && *list != nullptr &&
      (list->get()->front().as<Text>() != nullptr || list->get()->front().as<BytesValue>() != nullptr);
  return kAllocation + product(2, pairs) + (has_texts ? pairs / 10 : 0);
}

std::uint64_t Evaluation::traversal_cost(const Value& value) {
  if (!work(4)) return 0;
  if (const Text* text = value.as<Text>()) return view(*text).size() / 10;
  if (const BytesValue* bytes = value.as<BytesValue>()) return view(bytes->bytes).size() / 10;
  std::uint64_t cost = 0;
  if (const ListValue* list = value.as<ListValue>()) {
    for (std::size_t i = 0; *list != nullptr && i < (*list)->size(); ++i) cost += traversal_cost((**list)[i]);
    return cost;
  }
  const MapValue* map = value.as<MapValue>();
  if (map == nullptr) return 1;
  for (std::size_t i = 0; map->entries != nullptr && i < map->entries->size(); ++i) {
    const auto& [key, entry] = (*map->entries)[i];
    cost += traversal_cost(key) + traversal_cost(entry);
  }
  return cost;
}

bool Evaluation::charge_call(const Node& node, Arguments arguments, const Value* result) {
  const std::uint64_t cost = cost_of(node.rule, arguments, result);
  return charge(cost) && !is_stopped();
}

}  // namespace cw::cel
