// Equality and order of values of whatever types. Numbers of different types are compared by what they
// count; NaN equals nothing. The work is charged: once it is used up, answers mean nothing.
#pragma once

#include <cstdint>

#include "lib/cel/evaluation.h"

namespace cw::cel {

enum class Order : std::uint8_t { Less, Same, Greater, NotANumber, None };

bool equal(Evaluation&, const Value&, const Value&);
Order ordered(Evaluation&, const Value&, const Value&);
// left in right, a list or a map.
Truth contained(Evaluation&, const Node&, const Value& left, const Value& right);
// nullptr if the map has no such key.
const Value* entry_of(Evaluation&, const MapValue&, const Value& key);
// Whether two entries of a map with these keys are one.
bool same_key(Evaluation&, const Value&, const Value&);
// Where the element is that these keys do not tell from `wanted`, looked for at `first` first; the size if it
// is nowhere.
std::size_t place_of(Evaluation&, const std::vector<Value>& elements, const ListKeys&, const Value& wanted,
                     std::size_t first);
bool is_of_type(Evaluation&, const Value&, const Type&);

}  // namespace cw::cel
