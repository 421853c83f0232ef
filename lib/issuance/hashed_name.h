// Names of objects that follow from what they are for, so that making them twice makes one. Pure.
// Source: reference/controllers.md 0.8; the hash is our own, for nothing else reads it.
#pragma once

#include <string>
#include <string_view>

namespace cw::issuance {

// "<prefix>-<number>", the prefix cut to 52 characters; the number is a hash of `identity`.
std::string hashed_name(std::string_view prefix, std::string_view identity);

}  // namespace cw::issuance
