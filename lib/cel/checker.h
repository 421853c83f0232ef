// Checker: types and meanings for the nodes of an expression. Several mistakes are found at once. Source:
// CEL language definition, "Name Resolution" and "Overload resolution"; cel-go's checker.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/cel/ast.h"
#include "lib/cel/environment.h"
#include "lib/cel/shape.h"
#include "lib/cel/token.h"

namespace cw::cel {

class Checker {
 public:
  explicit Checker(const Environment& environment) : environment_(environment) {}

  // Empty if the expression is sound and its type is `wanted`.
  std::vector<Mistake> run(Node& root, const Type& wanted);
  // How many slots an evaluation needs: the variables, and those of macros inside one another.
  std::size_t slots() const { return slots_; }

 private:
  struct Local {
    std::string_view name;
    const Shape* shape;
  };
  void check(Node&);
  void check_children(Node&);
  void check_name(Node&);
  void check_select(Node&);
  void check_call(Node&);
  void check_logical(Node&);
  void check_conditional(Node&);
  void check_list(Node&);
  void check_map(Node&);
  void check_fold(Node&);
  void check_optional_fold(Node&);
  void check_sort(Node& fold);
  // Of what a macro makes; `element`: of a list, or the keys of a map.
  const Shape* body_of(Node& fold, const Shape* element);
  const Shape* entry_shape(const Node& fold);

  bool is_local(std::string_view name) const;
  // A variable of a macro, one of the Environment, or the name of a type.
  bool refer(Node&, std::string_view name, bool is_absolute);
  // "a.b.c" of a Select over names; nullopt if it is none, or its root is the variable of a macro.
  std::optional<std::string> qualified(const Node&) const;
  const Shape* select(Node&);
  // The type of elements of which some were seen before; null: none.
  const Shape* join(const Shape* before, const Shape* shape);
  // Of an element, an optional one if it is spread.
  const Shape* element_shape(const Node&);
  bool is_kubernetes() const { return environment_.dialect == Dialect::Kubernetes; }

  bool is_function(std::string_view name) const;
  // If a call may mean this one, what comes of it.
  bool accepts(const Overload&, const std::vector<const Shape*>& arguments, const Shape*& result);
  bool accepts(const Function&, const std::vector<const Shape*>& arguments, const Shape*& result);
  void resolve(Node& call, std::string_view name);
  void check_index(const Node& index);
  std::string signature(const Node& call);

  void wrong(const Node&, std::string message);
  std::string text(const Shape* shape) { return Shapes::text(shapes_.resolved(shape, true)); }

  const Environment& environment_;
  Shapes shapes_;
  std::vector<Local> locals_;
  std::size_t slots_ = 0;
  bool has_macro_ = false;  // a body of a macro has been checked, or is
  std::vector<Mistake> mistakes_;
  std::vector<const Shape*> wanted_;  // the types of one overload, kept for its memory
};

}  // namespace cw::cel
