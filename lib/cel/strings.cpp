// The strings extension, but for format(). Positions are counted in characters. Source: cel-go's strings
// extension at its newest version.
#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "lib/base/ascii.h"
#include "lib/cel/functions.h"
#include "lib/cel/text.h"

namespace cw::cel {
namespace {

constexpr std::uint64_t kWorkPerElement = 60;
constexpr std::size_t kMaxResult = 8UL << 20;

struct Call {
  Evaluation& run;
  const Node& node;
  Arguments arguments;
  std::string_view text;  // the receiver

  std::optional<std::string_view> text_at(std::size_t index) const {
    const Text* found = index < arguments.size() ? arguments[index]->as<Text>() : nullptr;
    return found == nullptr ? std::nullopt : std::optional(view(*found));
  }
  const std::int64_t* number_at(std::size_t index) const {
    return index < arguments.size() ? arguments[index]->as<std::int64_t>() : nullptr;
  }
  bool no_overload() const { return cel::no_overload(run, node); }
  bool out_of_range(std::int64_t index) const {
    return run.fail(node, "index out of range: ", std::to_string(index));
  }
};

bool char_at(const Call& call, Value& room) {
  const auto* index = call.number_at(1);
  if (index == nullptr) return call.no_overload();
  const std::uint64_t size = call.run.characters_of(call.text);
  if (*index < 0 || static_cast<std::uint64_t>(*index) > size) return call.out_of_range(*index);
  const std::string_view rest =
      call.text.substr(byte_of_character(call.text, static_cast<std::uint64_t>(*index)));
  return call.run.give(call.node, std::string(rest.substr(0, character_length(rest))), room);
}

bool substring(const Call& call, Value& room) {
  const auto* start = call.number_at(1);
  const auto* end = call.number_at(2);
  if (start == nullptr || (call.arguments.size() > 2 && end == nullptr)) return call.no_overload();
  const auto size = static_cast<std::int64_t>(call.run.characters_of(call.text));
  const std::int64_t stop = end == nullptr ? size : *end;
  if (end != nullptr && *start > stop) {
    return call.run.fail(call.node, "invalid substring range. start: ",
                         std::to_string(*start) + ", end: " + std::to_string(stop));
  }
  if (*start < 0 || *start > size) return call.out_of_range(*start);
  if (stop < 0 || stop > size) return call.out_of_range(stop);
  const std::size_t first = byte_of_character(call.text, static_cast<std::uint64_t>(*start));
  const std::string_view rest = call.text.substr(first);
  const std::size_t length = byte_of_character(rest, static_cast<std::uint64_t>(stop - *start));
  return call.run.give(call.node, std::string(rest.substr(0, length)), room);
}

// The first one from an offset on, or the last one up to it.
bool index_of(const Call& call, Value& room) {
  const auto part = call.text_at(1);
  const auto* offset = call.number_at(2);
  if (!part || (call.arguments.size() > 2 && offset == nullptr)) return call.no_overload();
  const bool first = call.node.op == Op::IndexOf;
  const auto size = static_cast<std::int64_t>(call.run.characters_of(call.text));
  if (offset != nullptr && *offset < 0) return call.out_of_range(*offset);
  const std::int64_t from = offset != nullptr ? *offset
                            : first           ? 0
                            : part->empty()   ? size
                                              : std::max<std::int64_t>(size - 1, 0);
  std::int64_t found = -1;
  if (part->empty()) {
    found = std::min(from, size);
  } else if (from < size) {
    if (!call.run.work(call.text.size() * 4 + call.text.size() * part->size() / 16)) return false;
    const std::size_t byte = byte_of_character(call.text, static_cast<std::uint64_t>(from));
    const std::size_t at = first ? call.text.find(*part, byte) : call.text.rfind(*part, byte);
    if (at != std::string_view::npos) found = static_cast<std::int64_t>(characters(call.text.substr(0, at)));
  }
  room.emplace<std::int64_t>(found);
  return !call.run.is_stopped();
}

bool in_case(const Call& call, Value& room) {
  if (!call.run.work(call.text.size())) return false;
  std::string text(call.text);
  for (char& c : text) {
    if (call.node.op == Op::LowerAscii) {
      c = lower_case(c);
    } else if (c >= 'a' && c <= 'z') {
      c = static_cast<char>(c - 'a' + 'A');
    }
  }
  return call.run.give(call.node, std::move(text), room);
}

// Unicode's White_Space, as Go's unicode.IsSpace.
bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

bool trim(const Call& call, Value& room) {
  if (!call.run.work(call.text.size())) return false;
  std::size_t first = call.text.size();
  std::size_t end = 0;
  for (std::size_t at = 0; at < call.text.size();) {
    const std::string_view rest = call.text.substr(at);
    const std::size_t length = character_length(rest);
    if (!is_space(code_point(rest.substr(0, length)))) {
      first = std::min(first, at);
      end = at + length;
    }
    at += length;
  }
  return call.run.give(call.node, std::string(end > first ? call.text.substr(first, end - first) : ""), room);
}

bool reverse(const Call& call, Value& room) {
  if (!call.run.work(call.text.size() * 2)) return false;
  std::string text(call.text.size(), '\0');
  std::size_t to = text.size();
  for (std::string_view rest = call.text; !rest.empty();) {
    const std::size_t length = character_length(rest);
    to -= length;
    rest.copy(text.data() + to, length);
    rest.remove_prefix(length);
  }
  return call.run.give(call.node, std::move(text), room);
}

// How far the text reaches up to the next separator; an empty one stands between all characters.
std::size_t piece_length(std::string_view rest, std::string_view separator) {
  if (separator.empty()) return character_length(rest);
  return std::min(rest.find(separator), rest.size());
}

bool replace(const Call& call, Value& room) {
  const auto old = call.text_at(1);
  const auto by = call.text_at(2);
  const auto* limit = call.number_at(3);
  if (!old || !by || (call.arguments.size() > 3 && limit == nullptr)) return call.no_overload();
  std::uint64_t left = limit == nullptr || *limit < 0 ? std::numeric_limits<std::uint64_t>::max()
                                                      : static_cast<std::uint64_t>(*limit);
  if (!call.run.work(call.text.size() * 4 + call.text.size() * old->size() / 16)) return false;
  std::string text;
  std::string_view rest = call.text;
  const auto put = [&] {
    text += *by;
    --left;
    return text.size() <= kMaxResult && call.run.work(10 + by->size() / 8);
  };
  if (old->empty() && left > 0 && !put()) return call.run.fail(call.node, "the text is too long");
  while (!rest.empty() && left > 0) {
    const std::size_t length = piece_length(rest, *old);
    text += rest.substr(0, length);
    rest.remove_prefix(length);
    if (rest.empty() && !old->empty()) break;
    rest.remove_prefix(old->size());
    if (!put()) return call.run.fail(call.node, "the text is too long");
  }
  return call.run.give(call.node, text.append(rest), room);
}

bool split(const Call& call, Value& room) {
  const auto separator = call.text_at(1);
  const auto* limit = call.number_at(2);
  if (!separator || (call.arguments.size() > 2 && limit == nullptr)) return call.no_overload();
  const std::uint64_t pieces = limit == nullptr || *limit < 0 ? std::numeric_limits<std::uint64_t>::max()
                                                              : static_cast<std::uint64_t>(*limit);
  if (!call.run.work(call.text.size() * 4 + call.text.size() * separator->size() / 16)) return false;
  auto list = std::make_shared<std::vector<Value>>();
  std::string_view rest = call.text;
  bool ended = pieces == 0 || (separator->empty() && rest.empty());
  while (!ended) {
    if (!call.run.work(kWorkPerElement)) return false;
    std::size_t length = list->size() + 1 == pieces ? rest.size() : piece_length(rest, *separator);
    list->push_back(Value::of(rest.substr(0, length)));
    ended = length == rest.size();
    rest.remove_prefix(ended ? length : length + separator->size());
  }
  room = Value(Value::Variant(ListValue(std::move(list))));
  return true;
}

bool join(const Call& call, Value& room) {
  const ListValue* list = call.arguments[0]->as<ListValue>();
  const auto separator = call.arguments.size() > 1 ? call.text_at(1) : std::string_view();
  if (list == nullptr || !separator) return call.no_overload();
  std::string text;
  bool is_first = true;
  for (std::size_t i = 0; *list != nullptr && i < (*list)->size(); ++i) {
    const Text* element = (**list)[i].as<Text>();
    if (element == nullptr) return call.run.fail(call.node, "join: invalid input: not a string");
    if (!call.run.work(5 + (view(*element).size() + separator->size()) / 8)) return false;
    if (!is_first) text += *separator;
    is_first = false;
    text += view(*element);
    if (text.size() > kMaxResult) return call.run.fail(call.node, "the text is too long");
  }
  return call.run.give(call.node, std::move(text), room);
}

bool quote(const Call& call, Value& room) {
  constexpr std::string_view kSpecial = "\a\b\f\n\r\t\v\\\"";
  constexpr std::string_view kLetters = "abfnrtv\\\"";
  if (!call.run.work(call.text.size() * 4)) return false;
  std::string text = "\"";
  for (std::string_view rest = call.text; !rest.empty();) {
    const std::size_t length = character_length(rest);
    const std::size_t special = kSpecial.find(rest.front());
    if (special != std::string_view::npos) {
      text += '\\';
      text += kLetters[special];
    } else {
      append_character(text, code_point(rest.substr(0, length)));
    }
    rest.remove_prefix(length);
  }
  return call.run.give(call.node, text + '"', room);
}

}  // namespace

bool apply_strings(Evaluation& run, const Node& node, Arguments arguments, Value& room) {
  Call call{run, node, arguments, {}};
  if (node.op == Op::Join) return join(call, room);
  const auto text = call.text_at(0);
  if (!text) return call.no_overload();
  call.text = *text;
  switch (node.op) {
    case Op::CharAt:
      return char_at(call, room);
    case Op::IndexOf:
    case Op::LastIndexOf:
      return index_of(call, room);
    case Op::LowerAscii:
    case Op::UpperAscii:
      return in_case(call, room);
    case Op::Replace:
      return replace(call, room);
    case Op::Split:
      return split(call, room);
    case Op::Substring:
      return substring(call, room);
    case Op::Trim:
      return trim(call, room);
    case Op::Reverse:
      return reverse(call, room);
    case Op::Quote:
      return quote(call, room);
    default:
      return call.no_overload();
  }
}

}  // namespace cw::cel
