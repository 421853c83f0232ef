// What the states of Orders and Challenges say. Pure. Source: reference/controllers.md 5.
#pragma once

#include <string_view>

#include "lib/api/names.h"

namespace cw::api {

constexpr bool is_failed_state(std::string_view state) {
  return state == kStateInvalid || state == kStateExpired || state == kStateErrored;
}

// Nothing changes it any more. "ready" is not among them.
constexpr bool is_final_state(std::string_view state) {
  return state == kStateValid || is_failed_state(state);
}

}  // namespace cw::api
