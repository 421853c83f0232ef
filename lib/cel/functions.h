// What operators and functions do, by groups. Each puts its result into `room`, or fails the evaluation and
// gives false. The types of the arguments may be any: what does not fit is "no such overload".
#pragma once

#include "lib/cel/evaluation.h"

namespace cw::cel {

// Every Op but Host, ToDyn, Index and those that give a bool over two values.
bool apply(Evaluation&, const Node&, Arguments, Value& room);

bool apply_arithmetic(Evaluation&, const Node&, Arguments, Value& room);
bool apply_conversion(Evaluation&, const Node&, Arguments, Value& room);
bool apply_time(Evaluation&, const Node&, Arguments, Value& room);
bool apply_text(Evaluation&, const Node&, Arguments, Value& room);
bool apply_strings(Evaluation&, const Node&, Arguments, Value& room);
bool apply_format(Evaluation&, const Node&, Arguments, Value& room);
bool apply_find(Evaluation&, const Node&, Arguments, Value& room);
bool apply_lists(Evaluation&, const Node&, Arguments, Value& room);
bool apply_optionals(Evaluation&, const Node&, Arguments, Value& room);

// The elements in the order of their keys, one for each.
bool sorted(Evaluation&, const Node&, const std::vector<Value>& elements, const std::vector<Value>& keys,
            Value& room);

inline bool no_overload(Evaluation& run, const Node& node) { return run.fail(node, "no such overload"); }

}  // namespace cw::cel
