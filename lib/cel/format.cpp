#include "lib/cel/format.h"

#include <array>

#include "lib/base/ascii.h"
#include "lib/cel/older_format.h"
#include "lib/cel/shape.h"
#include "lib/cel/text.h"

namespace cw::cel {
namespace {

constexpr int kMaxPrecision = 100;
constexpr std::string_view kClauses = "sdfebxXo";

// After the '%'; takes what it reads. The problem, empty if there is none.
std::string take_clause(std::string_view& rest, Clause& clause) {
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    clause.precision = 0;
    const std::size_t before = rest.size();
    while (!rest.empty() && is_digit(rest.front())) {
      clause.precision = std::min(clause.precision * 10 + (rest.front() - '0'), kMaxPrecision + 1);
      rest.remove_prefix(1);
    }
    if (rest.empty()) return "could not find end of precision specifier";
    if (rest.size() == before) return "a precision without digits";
    if (clause.precision > kMaxPrecision) return "a precision above " + std::to_string(kMaxPrecision);
  }
  if (rest.empty()) return "unexpected end of string";
  clause.kind = rest.front();
  if (kClauses.find(clause.kind) == std::string_view::npos)
    return "unrecognized formatting clause " + named_character(rest);
  rest.remove_prefix(1);
  return {};
}

// Lists and maps are looked into, as far as they are written out.
std::optional<std::string> argument_mistake(const Node& argument, char clause, bool is_older) {
  if (!argument.shape->is_any() && !argument.shape->is_variable() &&
      !(is_older ? older_accepts : clause_accepts)(clause, argument.shape->kind))
    return (is_older ? older_problem : clause_problem)(clause, Shapes::text(argument.shape));
  const bool nests = argument.kind == NodeKind::List || argument.kind == NodeKind::Map;
  if (clause != 's' || !nests) return std::nullopt;
  for (const Node* child : argument.children) {
    if (auto problem = argument_mistake(*child, clause, is_older)) return problem;
  }
  return std::nullopt;
}

}  // namespace

FormatPieces format_pieces(std::string_view rest) {
  FormatPieces pieces;
  pieces.texts.emplace_back();
  while (!rest.empty()) {
    const std::size_t plain = std::min(rest.find('%'), rest.size());
    pieces.texts.back() += rest.substr(0, plain);
    rest.remove_prefix(plain);
    if (rest.empty()) break;
    rest.remove_prefix(1);
    if (rest.starts_with('%')) {
      pieces.texts.back() += '%';
      rest.remove_prefix(1);
      continue;
    }
    Clause clause;
    pieces.problem = take_clause(rest, clause);
    if (!pieces.problem.empty()) break;
    pieces.clauses.push_back(clause);
    pieces.texts.emplace_back();
  }
  return pieces;
}

bool clause_accepts(char clause, Kind kind) {
  const bool whole = kind == Kind::Int || kind == Kind::Uint;
  switch (clause) {
    case 's':
      return kind != Kind::Object;
    case 'b':
      return whole || kind == Kind::Bool;
    case 'x':
    case 'X':
      return whole || kind == Kind::String || kind == Kind::Bytes;
    case 'o':
      return whole;
    default:
      return whole || kind == Kind::Double;
  }
}

std::string clause_problem(char clause, std::string_view type_name) {
  return std::string("the formatting clause '%") + clause + "' does not take a value of type '" +
         std::string(type_name) + "'";
}

std::optional<std::string> format_mistake(const Node& call, Dialect dialect, const Node*& at) {
  const Node& pattern = *call.children[0];
  const Node& list = *call.children[1];
  const Text* text = pattern.kind == NodeKind::Constant ? pattern.constant.as<Text>() : nullptr;
  if (text == nullptr || list.kind != NodeKind::List) return std::nullopt;
  const FormatPieces pieces = format_pieces(**text);
  const bool is_older = dialect == Dialect::Kubernetes;
  const std::string during = is_older ? "" : "format: ";
  for (std::size_t i = 0; i < pieces.clauses.size(); ++i) {
    if (i >= list.children.size()) return during + "index " + std::to_string(i) + " out of range";
    auto problem = argument_mistake(*list.children[i], pieces.clauses[i].kind, is_older);
    if (!problem) continue;
    if (is_older) at = list.children[i];
    return problem;
  }
  if (!pieces.problem.empty()) return during + pieces.problem;
  if (list.children.size() > pieces.clauses.size())
    return during + "too many arguments " + (is_older ? "supplied to string.format " : "") + "(expected " +
           std::to_string(pieces.clauses.size()) + ", got " + std::to_string(list.children.size()) + ")";
  return std::nullopt;
}

}  // namespace cw::cel
