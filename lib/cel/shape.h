// Types while an expression is checked: types with variables that stand for what is not known yet, and what
// may be assigned to what. A Shapes owns them; not thread-safe. Work and the size of types are bounded.
// Source: CEL language definition, "Gradual Type Checking"; cel-go's rules on dyn, null and type parameters.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "lib/cel/environment.h"

namespace cw::cel {

struct Shape {
  Kind kind = Kind::Dyn;
  bool is_error = false;          // of an expression with a mistake: assignable to everything
  int variable = -1;              // of a type variable, its number
  const Shape* first = nullptr;   // of a list or an optional what is in it, of a map its keys
  const Shape* second = nullptr;  // of a map its values
  std::string_view object = {};   // of an object its name
  std::uint32_t size = 1;         // how many types it is made of
  bool is_variable() const { return variable >= 0; }
  bool is_any() const { return is_error || (kind == Kind::Dyn && !is_variable()); }
};

class Shapes {
 public:
  const Shape* of(Kind kind) const { return &plain_[static_cast<std::size_t>(kind)]; }
  const Shape* error() const { return &error_; }
  const Shape* list(const Shape* elements);
  const Shape* optional(const Shape* held);
  const Shape* map(const Shape* keys, const Shape* values);
  const Shape* variable();
  const Shape* of(const Type&);
  // In the letters of Overload; `parameters` are A and B, made when they are met.
  const Shape* spelled(std::string_view& letters, const Shape* (&parameters)[2]);  // NOLINT

  // Whether a value of one type may be where the other is wanted; if so, variables are bound by it.
  bool assignable(const Shape* from, const Shape* to);
  bool assignable(const std::vector<const Shape*>& from, const std::vector<const Shape*>& to);
  // The less specific one of two that agree.
  const Shape* more_general(const Shape* left, const Shape* right);
  // With every bound variable replaced; free ones become dyn if `dynamic`.
  const Shape* resolved(const Shape*, bool dynamic);
  static bool same(const Shape*, const Shape*);
  static std::string text(const Shape*);

  // The types of a source grew too large: nothing that was said since counts.
  bool too_complex() const { return steps_ > kSteps; }

 private:
  static constexpr std::uint32_t kSize = 300;
  static constexpr std::uint32_t kSteps = 400'000;

  bool fits(const Shape* from, const Shape* to);
  bool binds(const Shape* value, const Shape* variable, bool& was_bound);
  bool occurs(const Shape* variable, const Shape* within);
  bool less_specific(const Shape* left, const Shape* right);
  const Shape* made(Shape);
  const Shape* wrapped(Kind kind, const Shape* held);
  const Shape* bound(const Shape* variable) const {
    return bindings_[static_cast<std::size_t>(variable->variable)];
  }
  void bind(const Shape* variable, const Shape* to);
  void undo(std::size_t mark);

  Shape plain_[static_cast<std::size_t>(Kind::Optional) + 1] = {  // NOLINT(modernize-avoid-c-arrays)
      {Kind::Dyn},      {Kind::Null},      {Kind::Bool},  {Kind::Int},    {Kind::Uint},
      {Kind::Double},   {Kind::String},    {Kind::Bytes}, {Kind::List},   {Kind::Map},
      {Kind::Duration}, {Kind::Timestamp}, {Kind::Type},  {Kind::Object}, {Kind::Optional}};
  Shape error_{Kind::Dyn, true};
  std::deque<Shape> made_;
  std::vector<const Shape*> bindings_;                        // by the number of the variable
  std::vector<std::pair<const Shape*, const Shape*>> trail_;  // what was bound, and to what before
  std::uint32_t steps_ = 0;
};

}  // namespace cw::cel
