// What the gate tells of its verdicts, for metrics.
#pragma once

#include <string_view>

namespace cw::webhook {

// Thread-safe. `gate`: "certificate", "request" or "approval"; `verdict`: "approved", "denied", "pending" or
// "error".
class GateCounter {
 public:
  GateCounter() = default;
  GateCounter(const GateCounter&) = delete;
  GateCounter& operator=(const GateCounter&) = delete;
  virtual ~GateCounter() = default;
  virtual void count(std::string_view gate, std::string_view verdict) = 0;
};

}  // namespace cw::webhook
