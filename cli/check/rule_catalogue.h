// What each rule id stands for, for reports that carry their rules with them. Constant data; thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace cw::cli::check {

// A sentence about the rule. Never empty.
std::string describe_rule(std::string_view id);
// Where the behaviour comes from; empty for rules of our own.
std::string source_of_rule(std::string_view id);

}  // namespace cw::cli::check
