#include "lib/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace cw {

void assertion_failed(const char* expression, const char* file, int line) {
  // stdio, not the logger: the logger may be what is broken.
  (void)std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, expression);
  std::abort();
}

}  // namespace cw
