// contains, startsWith, endsWith, matches, find, findAll; and which group an operation belongs to.
#include <algorithm>
#include <string>
#include <utility>

#include "lib/cel/functions.h"
#include "lib/cel/pattern.h"
#include "lib/cel/text.h"

namespace cw::cel {

bool apply(Evaluation& run, const Node& node, Arguments arguments, Value& room) {
  if (node.op == Op::Negate || (node.op >= Op::Add && node.op <= Op::Modulo))
    return apply_arithmetic(run, node, arguments, room);
  if (node.op >= Op::Size && node.op <= Op::ToUint) return apply_conversion(run, node, arguments, room);
  if (node.op >= Op::Contains && node.op <= Op::Matches) return apply_text(run, node, arguments, room);
  if (node.op >= Op::GetFullYear && node.op <= Op::GetMilliseconds)
    return apply_time(run, node, arguments, room);
  const bool on_list = node.op == Op::IndexOf || node.op == Op::LastIndexOf || node.op == Op::Reverse;
  if ((node.op >= Op::IsSorted && node.op <= Op::SetMeets) ||
      (on_list && arguments[0]->as<ListValue>() != nullptr))
    return apply_lists(run, node, arguments, room);
  if (node.op >= Op::OptionalOf) return apply_optionals(run, node, arguments, room);
  if (node.op == Op::Find || node.op == Op::FindAll) return apply_find(run, node, arguments, room);
  if (node.op == Op::Format) return apply_format(run, node, arguments, room);
  return apply_strings(run, node, arguments, room);
}

bool apply_text(Evaluation& run, const Node& node, Arguments arguments, Value& room) {
  const Text* text = arguments[0]->as<Text>();
  const Text* other = arguments[1]->as<Text>();
  if (text == nullptr || other == nullptr) return no_overload(run, node);
  const std::string_view whole = view(*text);
  const std::string_view part = view(*other);
  bool yes = false;
  if (node.op == Op::Matches) {
    const Pattern* pattern = run.pattern(node, *other);
    if (pattern == nullptr || !run.work(pattern->work_to_match(whole.size()))) return false;
    yes = pattern->matches(whole);
  } else if (node.op == Op::Contains) {
    if (!run.work(whole.size() * 5 + whole.size() * part.size() / 16)) return false;
    yes = whole.find(part) != std::string_view::npos;
  } else {
    if (!run.work(part.size() / 16)) return false;
    yes = node.op == Op::StartsWith ? whole.starts_with(part) : whole.ends_with(part);
  }
  room.emplace<bool>(yes);
  return true;
}

// As Go's FindString and FindAllString: matches do not overlap, and an empty one does not follow another one
// at once.
bool apply_find(Evaluation& run, const Node& node, Arguments arguments, Value& room) {
  constexpr std::uint64_t kPerMatch = 200;
  const Text* text = arguments[0]->as<Text>();
  const Text* source = arguments[1]->as<Text>();
  const auto* limit = arguments.size() > 2 ? arguments[2]->as<std::int64_t>() : nullptr;
  if (text == nullptr || source == nullptr) return no_overload(run, node);
  const std::string_view whole = view(*text);
  const Pattern* pattern = run.pattern(node, *source);
  if (pattern == nullptr || !run.work(pattern->work_to_match(whole.size()))) return false;
  if (node.op == Op::Find) {
    return run.give(node, std::string(pattern->find(whole, 0).value_or(std::string_view())), room);
  }
  const std::uint64_t most =
      limit == nullptr || *limit < 0 ? whole.size() + 1 : static_cast<std::uint64_t>(*limit);
  auto found = std::make_shared<std::vector<Value>>();
  std::size_t end_before = std::string_view::npos;
  for (std::size_t at = 0; found->size() < most && at <= whole.size();) {
    const auto match = pattern->find(whole, at);
    if (!match) break;
    if (!run.work(kPerMatch + whole.size() - at)) return false;
    const auto start = static_cast<std::size_t>(match->data() - whole.data());
    const std::size_t end = start + match->size();
    if (end == at) {
      at += std::max<std::size_t>(character_length(whole.substr(at)), 1);
    } else {
      at = end;
    }
    if (!match->empty() || start != end_before) found->push_back(Value::of(*match));
    end_before = end;
  }
  room = Value(Value::Variant(ListValue(std::move(found))));
  return true;
}

// The one of the source, or the one that was used last, or a new one.
const Pattern* Evaluation::pattern(const Node& node, const Text& text) {
  const Pattern* pattern = node.pattern.get();
  if (pattern == nullptr) {
    const bool is_last =
        last_pattern_ != nullptr && (text == last_pattern_text_ || view(text) == view(last_pattern_text_));
    if (!is_last) {
      // What is not used of it is given back.
      const std::uint64_t expected = Pattern::work_expected(view(text));
      if (!work(expected)) return nullptr;
      last_pattern_ = std::make_shared<const Pattern>(view(text));
      last_pattern_text_ = text;
      work_ -= expected;
      if (!work(last_pattern_->work_to_compile())) return nullptr;
    }
    pattern = last_pattern_.get();
  }
  if (pattern->is_sound()) return pattern;
  (void)work(200);
  if (environment_.dialect != Dialect::Kubernetes) {
    (void)fail(node, "invalid regular expression: ", pattern->problem());
  } else {
    (void)fail(node, node.op == Op::Matches ? "" : "Illegal regex: ", pattern->go_problem());
  }
  return nullptr;
}

}  // namespace cw::cel
