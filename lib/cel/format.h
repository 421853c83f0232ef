// "…".format([…]): printf-like clauses. Source: cel-spec's strings extension, format, as cel-go's newest
// version has it; a precision is at most 100.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/cel/ast.h"

namespace cw::cel {

struct Clause {
  char kind = 0;  // s d f e b x X o
  int precision = 6;
};

// A pattern in pieces: text, clause, text, clause, …, text.
struct FormatPieces {
  std::vector<std::string> texts;
  std::vector<Clause> clauses;
  std::string problem;  // what is wrong with it, after what could be read
};
FormatPieces format_pieces(std::string_view pattern);

// What may go into a clause.
bool clause_accepts(char clause, Kind kind);
std::string clause_problem(char clause, std::string_view type_name);

// What is wrong with a call of format(), when the pattern and the list are written out; its children have
// their shapes.
// `at`: where, if it is about one element. In the Kubernetes dialect the words are those of the older
// version.
std::optional<std::string> format_mistake(const Node& call, Dialect dialect, const Node*& at);

}  // namespace cw::cel
