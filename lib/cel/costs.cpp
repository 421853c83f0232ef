// The sizes of values, and what a call costs.
#include <algorithm>
#include <limits>

#include "lib/cel/evaluation.h"
#include "lib/cel/text.h"

namespace cw::cel {
namespace {

constexpr std::uint64_t tenth(std::uint64_t size) { return size / 10 + (size % 10 == 0 ? 0 : 1); }
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
  return 1;
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
  }
  return 1;
}

bool Evaluation::charge_call(const Node& node, Arguments arguments, const Value* result) {
  const std::uint64_t cost = cost_of(node.rule, arguments, result);
  return charge(cost) && !is_stopped();
}

}  // namespace cw::cel
