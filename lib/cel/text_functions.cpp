// contains, startsWith, endsWith, matches; and which group an operation belongs to.
#include <string>

#include "lib/cel/functions.h"
#include "lib/cel/pattern.h"

namespace cw::cel {

bool apply(Evaluation& run, const Node& node, Arguments arguments, Value& room) {
  if (node.op == Op::Negate || (node.op >= Op::Add && node.op <= Op::Modulo))
    return apply_arithmetic(run, node, arguments, room);
  if (node.op >= Op::Size && node.op <= Op::ToUint) return apply_conversion(run, node, arguments, room);
  if (node.op >= Op::Contains && node.op <= Op::Matches) return apply_text(run, node, arguments, room);
  if (node.op >= Op::GetFullYear && node.op <= Op::GetMilliseconds)
    return apply_time(run, node, arguments, room);
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
  (void)fail(node, "invalid regular expression: ", pattern->problem());
  return nullptr;
}

}  // namespace cw::cel
