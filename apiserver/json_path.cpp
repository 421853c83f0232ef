#include "apiserver/json_path.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/base/ascii.h"

namespace cw::apiserver {
namespace {

constexpr std::size_t kMaxSteps = 64;
constexpr std::size_t kMaxFound = 1000;

// What stands between quotes of either kind.
std::optional<std::string_view> unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != text.back()) return std::nullopt;
  if (text.front() != '"' && text.front() != '\'') return std::nullopt;
  return text.substr(1, text.size() - 2);
}

}  // namespace

class JsonPath::Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<std::vector<Step>> parse() {
    while (!text_.empty()) {
      if (steps_.size() == kMaxSteps) return malformed();
      if (text_.front() == '.') {
        TRY(member());
      } else if (text_.front() == '[') {
        TRY(bracket());
      } else {
        return malformed();
      }
    }
    return std::move(steps_);
  }

 private:
  static Error malformed() { return {Code::Invalid, "not a JSON path of a printer column"}; }

  // Up to the next step; a backslash lets a name have a dot in it.
  Status member() {
    text_.remove_prefix(1);
    std::string name;
    while (!text_.empty() && text_.front() != '.' && text_.front() != '[') {
      if (text_.front() == '\\' && text_.size() > 1) text_.remove_prefix(1);
      name += text_.front();
      text_.remove_prefix(1);
    }
    if (!name.empty()) steps_.push_back({.kind = StepKind::Member, .name = std::move(name)});
    return Done{};
  }

  Status bracket() {
    const std::size_t end = text_.find(']');
    if (end == std::string_view::npos) return malformed();
    const std::string_view inside = trimmed(text_.substr(1, end - 1), " ");
    text_.remove_prefix(end + 1);
    if (inside == "*") {
      steps_.push_back({.kind = StepKind::Each});
    } else if (inside.starts_with("?(") && inside.ends_with(")")) {
      return filter(inside.substr(2, inside.size() - 3));
    } else if (const auto name = unquoted(inside)) {
      steps_.push_back({.kind = StepKind::Member, .name = std::string(*name)});
    } else {
      return index(inside);
    }
    return Done{};
  }

  Status index(std::string_view inside) {
    std::ptrdiff_t number = 0;
    const auto [end, error] = std::from_chars(inside.data(), inside.data() + inside.size(), number);
    if (error != std::errc() || end != inside.data() + inside.size()) return malformed();
    steps_.push_back({.kind = StepKind::Index, .index = number});
    return Done{};
  }

  // @.member == "value"
  Status filter(std::string_view inside) {
    const std::size_t equal = inside.find("==");
    if (equal == std::string_view::npos) return malformed();
    const std::string_view member = trimmed(inside.substr(0, equal), " ");
    const auto value = unquoted(trimmed(inside.substr(equal + 2), " "));
    if (!member.starts_with("@.") || !value) return malformed();
    steps_.push_back(
        {.kind = StepKind::Filter, .name = std::string(member.substr(2)), .value = std::string(*value)});
    return Done{};
  }

  std::string_view text_;
  std::vector<Step> steps_;
};

Result<JsonPath> JsonPath::parse(std::string_view text) {
  text = trimmed(text, " ");
  if (text.starts_with("{") && text.ends_with("}")) text = text.substr(1, text.size() - 2);
  JsonPath path;
  path.steps_ = TRY(Parser(text).parse());
  return path;
}

void JsonPath::take(const Step& step, const Json& value, std::vector<const Json*>& found) {
  if (step.kind == StepKind::Member) {
    if (const Json* member = find_member(value, step.name)) found.push_back(member);
    return;
  }
  if (!value.is_array()) return;
  if (step.kind == StepKind::Index) {
    const auto size = static_cast<std::ptrdiff_t>(value.size());
    const std::ptrdiff_t at = step.index < 0 ? size + step.index : step.index;
    if (at >= 0 && at < size) found.push_back(&value[static_cast<std::size_t>(at)]);
    return;
  }
  for (const Json& item : value) {
    const bool wanted = step.kind == StepKind::Each || text_member(item, step.name) == step.value;
    if (wanted && found.size() < kMaxFound) found.push_back(&item);
  }
}

std::vector<const Json*> JsonPath::find(const Json& root) const {
  std::vector<const Json*> found{&root};
  for (const Step& step : steps_) {
    std::vector<const Json*> next;
    for (const Json* value : found) take(step, *value, next);
    found = std::move(next);
  }
  return found;
}

}  // namespace cw::apiserver
