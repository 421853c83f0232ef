// CW_ASSERT: our own bugs only. Logs the place and aborts, in release builds too: a webhook that
// carries on with a broken invariant may let something in. Never for input, storage or network.
#pragma once

namespace cw {

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace cw

#define CW_ASSERT(expression) \
  ((expression) ? static_cast<void>(0) : ::cw::assertion_failed(#expression, __FILE__, __LINE__))
