// Faults are what these tests are about: only what no test expects is logged.
#include "lib/base/log.h"

namespace {
[[maybe_unused]] const bool kQuiet = [] {
  cw::log::configure({.format = cw::log::Format::Text, .level = cw::log::Level::Error});
  return true;
}();
}  // namespace
