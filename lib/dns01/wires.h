// Wires: what the publishers of all clouds need of their surroundings. The references outlive the publishers.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "lib/base/clock.h"
#include "lib/dns01/name_locks.h"
#include "lib/http/fetch.h"

namespace cw::dns01 {

struct Wires {
  http::HttpFetch& fetch;
  const Clock& clock;
  NameLocks& locks;
  // An environment variable; "" if it is not set. Asked only where ambient credentials may be used.
  std::function<std::string(const std::string& name)> environment;
  std::function<void(std::chrono::milliseconds)> pause;
};

}  // namespace cw::dns01
