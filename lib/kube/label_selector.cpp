#include "lib/kube/label_selector.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <nlohmann/json.hpp>

#include "lib/kube/field_error.h"
#include "lib/kube/json_access.h"
#include "lib/kube/names.h"

namespace cw::kube {
namespace {

constexpr std::size_t kMaxRequirements = 1000;
constexpr std::size_t kMaxValues = 10'000;

enum class TokenKind : std::uint8_t { Word, Symbol, End };

struct Token {
  TokenKind kind = TokenKind::End;
  std::string text = {};
  bool is(std::string_view symbol) const { return kind == TokenKind::Symbol && text == symbol; }
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_symbol(char c) { return std::string_view("=!(),><").find(c) != std::string_view::npos; }

std::vector<Token> split(std::string_view text) {
  std::vector<Token> tokens;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = at;
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    if (is_symbol(text[at])) {
      // "==" and "!=" are one symbol.
      const bool two = (text[at] == '=' || text[at] == '!') && at + 1 < text.size() && text[at + 1] == '=';
      at += two ? 2 : 1;
      tokens.push_back({TokenKind::Symbol, std::string(text.substr(begin, at - begin))});
      continue;
    }
    while (at < text.size() && !is_space(text[at]) && !is_symbol(text[at])) ++at;
    tokens.push_back({TokenKind::Word, std::string(text.substr(begin, at - begin))});
  }
  tokens.push_back({});
  return tokens;
}

Error found(const Token& token, std::string_view expected) {
  return {Code::Invalid, "found '" + token.text + "', expected: " + std::string(expected)};
}

Status check_key(const std::string& key) {
  const Problems problems = qualified_name_problems(key);
  if (problems.empty()) return Done{};
  // kube-apiserver gives this one no path.
  std::string text = "<nil>: Invalid value: " + kube::quoted(key) + ": ";
  for (std::size_t i = 0; i < problems.size(); ++i) text += (i == 0 ? "" : "; ") + problems[i];
  return Error{Code::Invalid, std::move(text)};
}

Status check_values(const LabelRequirement& requirement) {
  FieldErrors errors;
  for (std::size_t i = 0; i < requirement.values.size(); ++i) {
    const FieldPath at = FieldPath("values").index(i).key(requirement.key);
    for (const std::string& problem : label_value_problems(requirement.values[i])) {
      errors.push_back(invalid(at, kube::quoted(requirement.values[i]), problem));
    }
  }
  if (errors.empty()) return Done{};
  return Error{Code::Invalid, message(errors)};
}

std::optional<std::int64_t> number_of(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(split(text)) {}

  Result<std::vector<LabelRequirement>> parse() {
    std::vector<LabelRequirement> requirements;
    while (peek().kind != TokenKind::End) {
      if (peek().kind != TokenKind::Word && !peek().is("!")) {
        return found(peek(), "!, identifier, or 'end of string'");
      }
      Result<LabelRequirement> requirement = parse_requirement();
      if (!requirement) {
        return Error{Code::Invalid, "unable to parse requirement: " + requirement.error().message};
      }
      requirements.push_back(std::move(requirement).value());
      if (requirements.size() > kMaxRequirements) return Error{Code::Invalid, "too many requirements"};
      if (peek().kind == TokenKind::End) break;
      if (!peek().is(",")) return found(peek(), "',' or 'end of string'");
      take();
      if (peek().kind != TokenKind::Word && !peek().is("!")) return found(peek(), "identifier after ','");
    }
    return requirements;
  }

 private:
  const Token& peek() const { return tokens_[at_]; }
  const Token& take() { return peek().kind == TokenKind::End ? tokens_[at_] : tokens_[at_++]; }
  bool at_end_of_requirement() const { return peek().kind == TokenKind::End || peek().is(","); }

  Result<LabelRequirement> parse_requirement() {
    LabelRequirement requirement;
    const bool negated = peek().is("!");
    if (negated) take();
    if (peek().kind != TokenKind::Word) return found(peek(), "identifier");
    requirement.key = take().text;
    TRY(check_key(requirement.key));
    if (negated || at_end_of_requirement()) {
      requirement.test = negated ? LabelTest::Absent : LabelTest::Exists;
      return requirement;
    }
    const Token test = take();
    if (test.kind == TokenKind::Word && (test.text == "in" || test.text == "notin")) {
      requirement.test = test.text == "in" ? LabelTest::In : LabelTest::NotIn;
      requirement.values = TRY(parse_values());
    } else {
      requirement.test = TRY(symbol_test(test));
      requirement.values.push_back(TRY(parse_value()));
    }
    TRY(check_requirement(requirement));
    return requirement;
  }

  static Result<LabelTest> symbol_test(const Token& token) {
    if (token.is("=") || token.is("==")) return LabelTest::In;
    if (token.is("!=")) return LabelTest::NotIn;
    if (token.is(">")) return LabelTest::Greater;
    if (token.is("<")) return LabelTest::Less;
    return found(token, "in, notin, =, ==, !=, gt, lt");
  }

  static Status check_requirement(const LabelRequirement& requirement) {
    const bool compares = requirement.test == LabelTest::Greater || requirement.test == LabelTest::Less;
    if (compares && !number_of(requirement.values.front())) {
      return Error{Code::Invalid, "values[0]: Invalid value: " + kube::quoted(requirement.values.front()) +
                                      ": for 'Gt', 'Lt' operators, the value must be an integer"};
    }
    return check_values(requirement);
  }

  Result<std::string> parse_value() {
    if (at_end_of_requirement()) return std::string();
    if (peek().kind != TokenKind::Word) return found(peek(), "identifier");
    return take().text;
  }

  // "(a,,b)": what is missing between commas is the empty value.
  Result<std::vector<std::string>> parse_values() {
    if (!peek().is("(")) return Error{Code::Invalid, "found '" + peek().text + "' expected: '('"};
    take();
    std::vector<std::string> values;
    while (values.size() < kMaxValues) {
      values.push_back(peek().kind == TokenKind::Word ? take().text : std::string());
      if (peek().is(")")) {
        take();
        return values;
      }
      if (!peek().is(",")) return found(peek(), "',' or ')'");
      take();
    }
    return Error{Code::Invalid, "too many values"};
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

bool compare(const LabelRequirement& requirement, const std::string& value) {
  const auto number = number_of(value);
  const auto limit = number_of(requirement.values.front());
  if (!number || !limit) return false;
  return requirement.test == LabelTest::Greater ? *number > *limit : *number < *limit;
}

Error malformed() { return {Code::Invalid, "the label selector is malformed"}; }

Result<LabelTest> test_of(const std::string& name) {
  if (name == "In") return LabelTest::In;
  if (name == "NotIn") return LabelTest::NotIn;
  if (name == "Exists") return LabelTest::Exists;
  if (name == "DoesNotExist") return LabelTest::Absent;
  return Error{Code::Invalid, kube::quoted(name) + " is not a valid label selector operator"};
}

// One of matchExpressions.
Result<LabelRequirement> decode_expression(const Json& expression) {
  if (!expression.is_object()) return malformed();
  LabelRequirement requirement{.key = text_member(expression, "key")};
  requirement.test = TRY(test_of(text_member(expression, "operator")));
  for (const Json& value : array_member(expression, "values")) {
    if (!value.is_string()) return malformed();
    requirement.values.push_back(value.get<std::string>());
  }
  return requirement;
}

}  // namespace

bool LabelRequirement::matches(const Map& labels) const {
  const std::string* value = labels.find(key);
  const auto is_listed = [&] { return std::find(values.begin(), values.end(), *value) != values.end(); };
  switch (test) {
    case LabelTest::Exists:
      return value != nullptr;
    case LabelTest::Absent:
      return value == nullptr;
    case LabelTest::In:
      return value != nullptr && is_listed();
    case LabelTest::NotIn:
      return value == nullptr || !is_listed();
    case LabelTest::Greater:
    case LabelTest::Less:
      break;
  }
  return value != nullptr && compare(*this, *value);
}

Result<LabelSelector> LabelSelector::parse(std::string_view text) {
  return LabelSelector(TRY(Parser(text).parse()));
}

Result<LabelSelector> LabelSelector::decode(const Json& selector) {
  if (!selector.is_object()) return malformed();
  std::vector<LabelRequirement> requirements;
  for (const auto& [key, value] : object_member(selector, "matchLabels").items()) {
    if (!value.is_string()) return malformed();
    requirements.push_back({key, LabelTest::In, {value.get<std::string>()}});
  }
  for (const Json& expression : array_member(selector, "matchExpressions")) {
    requirements.push_back(TRY(decode_expression(expression)));
  }
  return LabelSelector(std::move(requirements));
}

bool LabelSelector::matches(const Map& labels) const {
  return std::all_of(requirements_.begin(), requirements_.end(),
                     [&](const LabelRequirement& requirement) { return requirement.matches(labels); });
}

}  // namespace cw::kube
