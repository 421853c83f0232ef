#include <algorithm>
#include <array>

#include "lib/cel/literal.h"
#include "lib/cel/parsing.h"

namespace cw::cel {
namespace {

constexpr std::array<std::string_view, 17> kReserved{
    "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
    "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};

}  // namespace

Node* Parser::selected(Node* operand, std::uint32_t offset) {
  bool is_optional = false;
  if (!take_question(offset, ".?", is_optional)) return nullptr;
  const Token name = token();
  if (!expect(TokenKind::Identifier)) return nullptr;
  const std::uint32_t opening = token().offset;
  if (!is_optional && take(TokenKind::LeftParenthesis)) {
    std::vector<Node*> children{operand};
    if (!list_until(TokenKind::RightParenthesis, false, children)) return nullptr;
    return call(spelling(name), opening, std::move(children), true);
  }
  Node* node = adopt(make(NodeKind::Select, offset), {operand});
  if (node == nullptr) return nullptr;
  node->name = spelling(name);
  node->is_optional = is_optional;
  return node;
}

// Name{…}: no type can be made this way here.
Node* Parser::message(const Node& type) {
  const Node* root = &type;
  std::string name(root->name);
  while (root->kind == NodeKind::Select) {
    root = root->children.front();
    name = std::string(root->name) + "." + name;
  }
  if (root->kind != NodeKind::Name) return unexpected();
  return wrong(root->offset, "undeclared reference to '" + name + "'");
}

// Elements up to `closing`, which is taken; a comma may follow the last one if `trailing`.
bool Parser::list_until(TokenKind closing, bool trailing, std::vector<Node*>& elements, bool spread) {
  if (take(closing)) return true;
  if (trailing && token().kind == TokenKind::Comma && tokens_[at_ + 1].kind == closing) {
    at_ += 2;
    return true;
  }
  while (true) {
    bool is_spread = false;
    if (token().kind == TokenKind::Question && !spread) return unexpected() != nullptr;
    if (!take_question(token().offset, "?", is_spread)) return false;
    elements.push_back(expression());
    if (elements.back() == nullptr) return false;
    elements.back()->is_spread = is_spread;
    if (!take(TokenKind::Comma)) return expect(closing);
    if (trailing && take(closing)) return true;
  }
}

Node* Parser::primary() {
  const Token& start = token();
  switch (start.kind) {
    case TokenKind::LeftParenthesis: {
      ++at_;
      Node* inner = expression();
      return inner != nullptr && expect(TokenKind::RightParenthesis) ? inner : nullptr;
    }
    case TokenKind::LeftBracket: {
      ++at_;
      std::vector<Node*> elements;
      if (!list_until(TokenKind::RightBracket, true, elements, true)) return nullptr;
      return adopt(make(NodeKind::List, start.offset), std::move(elements));
    }
    case TokenKind::LeftBrace:
      return map();
    case TokenKind::Dot:
    case TokenKind::Identifier:
      return name();
    default:
      return literal();
  }
}

Node* Parser::map() {
  const std::uint32_t offset = token().offset;
  ++at_;
  std::vector<Node*> entries;
  if (token().kind == TokenKind::Comma && tokens_[at_ + 1].kind == TokenKind::RightBrace) ++at_;
  while (!take(TokenKind::RightBrace)) {
    bool is_spread = false;
    if (!take_question(token().offset, "?", is_spread)) return nullptr;
    entries.push_back(expression());
    if (entries.back() == nullptr || !expect(TokenKind::Colon)) return nullptr;
    entries.push_back(expression());
    if (entries.back() == nullptr) return nullptr;
    entries.back()->is_spread = is_spread;
    if (!take(TokenKind::Comma) && token().kind != TokenKind::RightBrace) return unexpected();
  }
  return adopt(make(NodeKind::Map, offset), std::move(entries));
}

Node* Parser::name() {
  const std::uint32_t offset = token().offset;
  const bool is_absolute = take(TokenKind::Dot);
  const Token word = token();
  if (!expect(TokenKind::Identifier)) return nullptr;
  const std::string_view text = spelling(word);
  const bool is_message = token().kind == TokenKind::LeftBrace;
  if (!is_message && std::find(kReserved.begin(), kReserved.end(), text) != kReserved.end())
    return wrong(word.offset, "reserved identifier: " + std::string(text));
  const std::uint32_t opening = token().offset;
  if (take(TokenKind::LeftParenthesis)) {
    std::vector<Node*> arguments;
    if (!list_until(TokenKind::RightParenthesis, false, arguments)) return nullptr;
    return call(text, opening, std::move(arguments), false, is_absolute);
  }
  Node* node = make(NodeKind::Name, offset);
  if (node == nullptr) return nullptr;
  node->name = text;
  node->is_absolute = is_absolute;
  return node;
}

Node* Parser::constant(std::uint32_t offset, Value value) {
  Node* node = make(NodeKind::Constant, offset);
  if (node != nullptr) node->constant = std::move(value);
  return node;
}

template <typename Number>
Node* Parser::number(std::uint32_t offset, const std::optional<Number>& value, std::string_view kind) {
  if (!value) return wrong(offset, "invalid " + std::string(kind) + " literal");
  return constant(offset, Value(Value::Variant(*value)));
}

Node* Parser::literal() {
  const std::uint32_t offset = token().offset;
  const bool negative = take(TokenKind::Minus);
  const Token word = token();
  const std::string text = (negative ? "-" : "") + std::string(spelling(word));
  const bool hex = spelling(word).starts_with("0x");
  const bool fits = !negative || word.kind == TokenKind::Int || word.kind == TokenKind::Double;
  if (!fits) return unexpected();
  ++at_;
  switch (word.kind) {
    case TokenKind::Int:
      return number(offset, parse_int(text, hex), "int");
    case TokenKind::Uint:
      return number(offset, parse_uint(text.substr(0, text.size() - 1), hex), "uint");
    case TokenKind::Double:
      return number(offset, parse_decimal(text), "double");
    case TokenKind::True:
    case TokenKind::False:
      return constant(offset, Value(Value::Variant(word.kind == TokenKind::True)));
    case TokenKind::Null:
      return constant(offset, {});
    case TokenKind::String:
    case TokenKind::Bytes:
      return quoted(word);
    default:
      --at_;
      return unexpected();
  }
}

Node* Parser::quoted(const Token& word) {
  auto content = unquoted(spelling(word));
  if (!content) return wrong(word.offset, "invalid escape sequence in a string");
  auto text = std::make_shared<const std::string>(*std::move(content));
  if (word.kind == TokenKind::Bytes) return constant(word.offset, Value(BytesValue{std::move(text)}));
  return constant(word.offset, Value(Text(std::move(text))));
}

}  // namespace cw::cel
