#include "lib/cel/parser.h"

#include <algorithm>
#include <array>

#include "lib/cel/parsing.h"

namespace cw::cel {
namespace {

struct Binary {
  TokenKind token;
  std::string_view name;
};
// From loose to tight; all associate to the left.
constexpr std::array<Binary, 7> kRelations{{{TokenKind::Equal, "_==_"},
                                            {TokenKind::NotEqual, "_!=_"},
                                            {TokenKind::Less, "_<_"},
                                            {TokenKind::LessEqual, "_<=_"},
                                            {TokenKind::Greater, "_>_"},
                                            {TokenKind::GreaterEqual, "_>=_"},
                                            {TokenKind::In, "@in"}}};
constexpr std::array<Binary, 2> kSums{{{TokenKind::Plus, "_+_"}, {TokenKind::Minus, "_-_"}}};
constexpr std::array<Binary, 3> kProducts{
    {{TokenKind::Star, "_*_"}, {TokenKind::Slash, "_/_"}, {TokenKind::Percent, "_%_"}}};

constexpr const char* kTooDeep = "the expression is nested too deeply";

}  // namespace

Result<Node*, Mistake> Parser::run() {
  Node* root = expression();
  if (root != nullptr && token().kind != TokenKind::End) root = unexpected();
  if (root == nullptr) return std::move(mistake_);
  return root;
}

bool Parser::take(TokenKind kind) {
  if (token().kind != kind) return false;
  ++at_;
  return true;
}

Node* Parser::wrong(std::size_t offset, std::string message) {
  if (mistake_.message.empty()) mistake_ = {offset, std::move(message)};
  return nullptr;
}

Node* Parser::unexpected() {
  if (token().kind == TokenKind::End) return wrong(token().offset, "unexpected end of the expression");
  return wrong(token().offset, "unexpected '" + std::string(spelling(token()).substr(0, 1)) + "'");
}

bool Parser::take_question(std::size_t offset, const char* shown, bool& there) {
  there = token().kind == TokenKind::Question;
  if (!there) return true;
  if (dialect_ != Dialect::Kubernetes)
    return wrong(offset, std::string("unsupported syntax '") + shown + "'") != nullptr;
  ++at_;
  return true;
}

bool Parser::expect(TokenKind kind) {
  if (take(kind)) return true;
  unexpected();
  return false;
}

Node* Parser::make(NodeKind kind, std::uint32_t offset) {
  if (nodes_.size() >= kMaxNodes) return wrong(offset, "the expression has too many parts");
  Node& node = nodes_.emplace_back();
  node.kind = kind;
  node.offset = offset;
  return &node;
}

// With these children; the depth of the tree is bounded.
Node* Parser::adopt(Node* node, std::vector<Node*> children) {
  if (node == nullptr) return nullptr;
  for (const Node* child : children) {
    if (child == nullptr) return nullptr;
    node->depth = std::max(node->depth, static_cast<std::uint16_t>(child->depth + 1));
  }
  if (node->depth > kMaxDepth + 1) return wrong(node->offset, kTooDeep);
  node->children = std::move(children);
  return node;
}

Node* Parser::call(std::string_view name, std::uint32_t offset, std::vector<Node*> children, bool is_member,
                   bool is_absolute) {
  Node* node = adopt(make(NodeKind::Call, offset), std::move(children));
  if (node == nullptr) return nullptr;
  node->name = name;
  node->is_member = is_member;
  node->is_absolute = is_absolute;
  std::uint32_t at = offset;
  std::string problem = expand_macro(*node, dialect_, at);
  return problem.empty() ? node : wrong(at, std::move(problem));
}

Node* Parser::expression() {
  if (depth_ >= kMaxDepth) return wrong(token().offset, kTooDeep);
  ++depth_;
  Node* node = conditional();
  --depth_;
  return node;
}

Node* Parser::conditional() {
  Node* condition = logical(TokenKind::Or, NodeKind::Or);
  const Token& mark = token();
  if (condition == nullptr || !take(TokenKind::Question)) return condition;
  Node* yes = logical(TokenKind::Or, NodeKind::Or);
  if (yes == nullptr || !expect(TokenKind::Colon)) return nullptr;
  Node* no = expression();
  return adopt(make(NodeKind::Conditional, mark.offset), {condition, yes, no});
}

// a || b || c, and under it a && b && c: one node for all.
Node* Parser::logical(TokenKind mark, NodeKind kind) {
  const auto term = [&] {
    return kind == NodeKind::Or ? logical(TokenKind::And, NodeKind::And) : relation();
  };
  Node* first = term();
  if (first == nullptr || token().kind != mark) return first;
  const std::uint32_t offset = token().offset;
  std::vector<Node*> terms{first};
  while (take(mark)) {
    terms.push_back(term());
    if (terms.back() == nullptr) return nullptr;
  }
  return adopt(make(kind, offset), std::move(terms));
}

// `open`: how many of this rule of cel-go's grammar are open; it counts right operands as well.
template <typename Table, typename Operand>
Node* Parser::chain(const Table& table, int& open, Operand operand) {
  Node* left = operand();
  while (left != nullptr) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const Binary& binary) { return binary.token == token().kind; });
    if (found == table.end()) break;
    const std::uint32_t offset = token().offset;
    ++at_;
    if (++open > kMaxDepth) return wrong(offset, kTooDeep);
    Node* right = operand();
    --open;
    if (right == nullptr) return nullptr;
    left = call(found->name, offset, {left, right});
  }
  return left;
}

Node* Parser::relation() {
  if (++relations_ > kMaxDepth) return wrong(token().offset, kTooDeep);
  Node* node = chain(kRelations, relations_, [&]() -> Node* {
    if (++sums_ > kMaxDepth) return wrong(token().offset, kTooDeep);
    Node* sum = chain(kSums, sums_, [&] { return chain(kProducts, sums_, [&] { return unary(); }); });
    --sums_;
    return sum;
  });
  --relations_;
  return node;
}

// !!x is x, and --x is x; a minus before a number belongs to it.
Node* Parser::unary() {
  const Token mark = token();
  if (mark.kind != TokenKind::Not && mark.kind != TokenKind::Minus) return member();
  const TokenKind after = tokens_[at_ + 1].kind;
  if (mark.kind == TokenKind::Minus && (after == TokenKind::Int || after == TokenKind::Double))
    return member();
  std::size_t count = 0;
  while (take(mark.kind)) ++count;
  Node* operand = member();
  if (operand == nullptr || count % 2 == 0) return operand;
  return call(mark.kind == TokenKind::Not ? kNot : kNegate, mark.offset, {operand});
}

Node* Parser::member() {
  Node* node = primary();
  while (node != nullptr) {
    const std::uint32_t offset = token().offset;
    if (take(TokenKind::Dot)) {
      node = selected(node, offset);
    } else if (take(TokenKind::LeftBracket)) {
      bool is_optional = false;
      if (!take_question(offset, "[?", is_optional)) return nullptr;
      Node* index = expression();
      if (index == nullptr || !expect(TokenKind::RightBracket)) return nullptr;
      node = call(is_optional ? kOptionalIndex : kIndex, offset, {node, index});
      if (node != nullptr) node->is_optional = is_optional;
    } else if (token().kind == TokenKind::LeftBrace) {
      return message(*node);
    } else {
      break;
    }
  }
  return node;
}

Result<Node*, Mistake> parse(std::string_view source, Nodes& nodes, Dialect dialect) {
  auto tokens = tokens_of(source);
  if (!tokens) return std::move(tokens).error();
  return Parser(source, *tokens, nodes, dialect).run();
}

}  // namespace cw::cel
