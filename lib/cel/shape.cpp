#include "lib/cel/shape.h"

#include <algorithm>

namespace cw::cel {
namespace {

constexpr bool is_nullable(Kind kind) {
  return kind == Kind::Object || kind == Kind::Duration || kind == Kind::Timestamp || kind == Kind::Null;
}

// Of one type that is within.
constexpr bool is_wrapper(Kind kind) { return kind == Kind::List || kind == Kind::Optional; }

constexpr std::string_view kNames[] = {"dyn",
                                       "null",
                                       "bool",
                                       "int",
                                       "uint",
                                       "double",
                                       "string",
                                       "bytes",
                                       "list",
                                       "map",
                                       "google.protobuf.Duration",
                                       "google.protobuf.Timestamp",
                                       "type",
                                       "object",
                                       "optional_type"};

}  // namespace

const Shape* Shapes::made(Shape shape) {
  if (shape.size > kSize) {
    steps_ = kSteps + 1;
    return &error_;
  }
  return &made_.emplace_back(shape);
}

const Shape* Shapes::wrapped(Kind kind, const Shape* held) {
  return made({kind, false, -1, held, nullptr, {}, held->size + 1});
}

const Shape* Shapes::list(const Shape* elements) { return wrapped(Kind::List, elements); }

const Shape* Shapes::optional(const Shape* held) { return wrapped(Kind::Optional, held); }

const Shape* Shapes::map(const Shape* keys, const Shape* values) {
  return made({Kind::Map, false, -1, keys, values, {}, keys->size + values->size + 1});
}

const Shape* Shapes::variable() {
  bindings_.push_back(nullptr);
  return made({Kind::Dyn, false, static_cast<int>(bindings_.size()) - 1});
}

const Shape* Shapes::of(const Type& type) {
  const auto parameter = [&](std::size_t index) {
    return index < type.parameters.size() ? of(type.parameters[index]) : of(Kind::Dyn);
  };
  if (is_wrapper(type.kind)) return wrapped(type.kind, parameter(0));
  if (type.kind == Kind::Map) return map(parameter(0), parameter(1));
  if (type.kind == Kind::Object) return made({Kind::Object, false, -1, nullptr, nullptr, type.object});
  return of(type.kind);
}

const Shape* Shapes::spelled(std::string_view& letters, const Shape* (&parameters)[2]) {  // NOLINT
  constexpr std::pair<char, Kind> kPlain[] = {
      {'b', Kind::Bool},   {'i', Kind::Int},   {'u', Kind::Uint},      {'d', Kind::Double},
      {'s', Kind::String}, {'y', Kind::Bytes}, {'T', Kind::Timestamp}, {'D', Kind::Duration},
      {'t', Kind::Type},   {'*', Kind::Dyn}};
  const char letter = letters.front();
  letters.remove_prefix(1);
  if (letter == 'A' || letter == 'B') {
    const Shape*& parameter = parameters[letter - 'A'];
    if (parameter == nullptr) parameter = variable();
    return parameter;
  }
  if (letter == 'L') return list(spelled(letters, parameters));
  if (letter == 'O') return optional(spelled(letters, parameters));
  if (letter == 'M') {
    const Shape* keys = spelled(letters, parameters);
    return map(keys, spelled(letters, parameters));
  }
  for (const auto& [spelling, kind] : kPlain) {
    if (spelling == letter) return of(kind);
  }
  return of(Kind::Dyn);
}

void Shapes::bind(const Shape* variable, const Shape* to) {
  const Shape*& place = bindings_[static_cast<std::size_t>(variable->variable)];
  trail_.emplace_back(variable, place);
  place = to;
}

void Shapes::undo(std::size_t mark) {
  while (trail_.size() > mark) {
    bindings_[static_cast<std::size_t>(trail_.back().first->variable)] = trail_.back().second;
    trail_.pop_back();
  }
}

bool Shapes::same(const Shape* left, const Shape* right) {
  if (left == right) return true;
  if (left->kind != right->kind || left->variable != right->variable || left->is_error != right->is_error)
    return false;
  if (left->object != right->object || left->size != right->size) return false;
  if (is_wrapper(left->kind)) return same(left->first, right->first);
  if (left->kind == Kind::Map) return same(left->first, right->first) && same(left->second, right->second);
  return true;
}

bool Shapes::occurs(const Shape* variable, const Shape* within) {
  if (++steps_ > kSteps) return true;
  if (same(variable, within)) return true;
  if (within->is_variable()) return bound(within) != nullptr && occurs(variable, bound(within));
  if (is_wrapper(within->kind)) return occurs(variable, within->first);
  if (within->kind == Kind::Map) return occurs(variable, within->first) || occurs(variable, within->second);
  return false;
}

bool Shapes::less_specific(const Shape* left, const Shape* right) {
  if (left->is_any() || left->is_variable()) return true;
  if (right->is_any() || right->is_variable()) return false;
  if (left->kind != right->kind) return false;
  if (is_wrapper(left->kind)) return less_specific(left->first, right->first);
  if (left->kind == Kind::Map)
    return less_specific(left->first, right->first) && less_specific(left->second, right->second);
  return same(left, right);
}

const Shape* Shapes::more_general(const Shape* left, const Shape* right) {
  return less_specific(left, right) ? left : right;
}

bool Shapes::binds(const Shape* value, const Shape* variable, bool& was_bound) {
  if (same(value, variable)) {
    was_bound = true;
    return true;
  }
  if (const Shape* before = bound(variable); before != nullptr) {
    was_bound = true;
    if (same(value, before)) return true;
    if (!fits(value, before)) return false;
    const Shape* general = more_general(value, before);
    if (!occurs(variable, general)) bind(variable, general);
    return true;
  }
  if (occurs(variable, value)) return false;
  bind(variable, value);
  return true;
}

bool Shapes::fits(const Shape* from, const Shape* to) {
  if (++steps_ > kSteps) return false;
  bool was_bound = false;
  if (to->is_variable()) {
    if (binds(from, to, was_bound)) return true;
    if (was_bound) return false;
  }
  if (from->is_variable()) return binds(to, from, was_bound);
  if (from->is_any() || to->is_any()) return true;
  if (from->kind == Kind::Null) return is_nullable(to->kind);
  if (to->kind == Kind::Null) return is_nullable(from->kind);
  if (from->kind != to->kind) return false;
  switch (from->kind) {
    case Kind::List:
    case Kind::Optional:
      return fits(from->first, to->first);
    case Kind::Map:
      return fits(from->first, to->first) && fits(from->second, to->second);
    case Kind::Object:
      return from->object == to->object;
    default:
      return true;
  }
}

bool Shapes::assignable(const Shape* from, const Shape* to) {
  const std::size_t mark = trail_.size();
  if (fits(from, to)) return true;
  undo(mark);
  return false;
}

bool Shapes::assignable(const std::vector<const Shape*>& from, const std::vector<const Shape*>& to) {
  if (from.size() != to.size()) return false;
  const std::size_t mark = trail_.size();
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (fits(from[i], to[i])) continue;
    undo(mark);
    return false;
  }
  return true;
}

const Shape* Shapes::resolved(const Shape* shape, bool dynamic) {
  if (++steps_ > kSteps) return &error_;
  if (shape->is_variable()) {
    if (bound(shape) != nullptr) return resolved(bound(shape), dynamic);
    return dynamic ? of(Kind::Dyn) : shape;
  }
  if (is_wrapper(shape->kind)) {
    const Shape* held = resolved(shape->first, dynamic);
    return held == shape->first ? shape : wrapped(shape->kind, held);
  }
  if (shape->kind == Kind::Map) {
    const Shape* keys = resolved(shape->first, dynamic);
    const Shape* values = resolved(shape->second, dynamic);
    return keys == shape->first && values == shape->second ? shape : map(keys, values);
  }
  return shape;
}

std::string Shapes::text(const Shape* shape) {
  if (shape->is_error) return "!error!";
  if (shape->size > 20) return std::string(kNames[static_cast<std::size_t>(shape->kind)]) + "(...)";
  if (is_wrapper(shape->kind))
    return std::string(kNames[static_cast<std::size_t>(shape->kind)]) + "(" + text(shape->first) + ")";
  if (shape->kind == Kind::Map) return "map(" + text(shape->first) + ", " + text(shape->second) + ")";
  if (shape->kind == Kind::Object) return std::string(shape->object);
  return std::string(kNames[static_cast<std::size_t>(shape->kind)]);
}

}  // namespace cw::cel
