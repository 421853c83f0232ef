// Parser: the state of parse(), in one class for two files: parser.cpp has the operators, primary.cpp what
// they apply to. Every function that returns a Node gives nullptr once there is a mistake. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/cel/parser.h"

namespace cw::cel {

class Parser {
 public:
  Parser(std::string_view source, const std::vector<Token>& tokens, Nodes& nodes, Dialect dialect)
      : source_(source), tokens_(tokens), nodes_(nodes), dialect_(dialect) {}

  Result<Node*, Mistake> run();

 private:
  const Token& token() const { return tokens_[at_]; }
  std::string_view spelling(const Token& token) const { return source_.substr(token.offset, token.length); }
  bool take(TokenKind);
  bool expect(TokenKind);
  // A '?' where the Kubernetes dialect has one. False: a mistake; `there` says whether it was there.
  bool take_question(std::size_t offset, const char* shown, bool& there);
  Node* wrong(std::size_t offset, std::string message);
  Node* unexpected();

  Node* make(NodeKind, std::uint32_t offset);
  // With these children; the depth of the tree is bounded.
  Node* adopt(Node*, std::vector<Node*> children);
  Node* call(std::string_view name, std::uint32_t offset, std::vector<Node*> children, bool is_member = false,
             bool is_absolute = false);

  Node* expression();
  Node* conditional();
  // a || b || c, and under it a && b && c: one node for all.
  Node* logical(TokenKind mark, NodeKind);
  template <typename Table, typename Operand>
  Node* chain(const Table&, int& open, Operand);
  Node* relation();
  Node* unary();
  Node* member();
  Node* selected(Node* operand, std::uint32_t offset);

  Node* primary();
  Node* name();
  Node* map();
  // Name{…}: no type can be made this way here.
  Node* message(const Node& type);
  // Elements up to `closing`, which is taken; a comma may follow the last one if `trailing`.
  bool list_until(TokenKind closing, bool trailing, std::vector<Node*>& elements, bool spread = false);
  Node* literal();
  Node* quoted(const Token&);
  Node* constant(std::uint32_t offset, Value);
  template <typename Number>
  Node* number(std::uint32_t offset, const std::optional<Number>&, std::string_view kind);

  std::string_view source_;
  const std::vector<Token>& tokens_;
  Nodes& nodes_;
  Dialect dialect_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int relations_ = 0;  // of each rule of cel-go's grammar, how many are open
  int sums_ = 0;
  Mistake mistake_;
};

}  // namespace cw::cel
