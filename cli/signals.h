// Signals: turns SIGTERM and SIGINT into a stop token. The second signal ends the process at once with 130.
// Make it before any thread starts, so that every thread inherits the blocked mask.
#pragma once

#include <stop_token>
#include <thread>

namespace cw::cli {

class Signals {
 public:
  Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals();

  std::stop_token token() const { return source_.get_token(); }
  // Blocks until a signal came or request_stop() was called.
  void wait();
  void request_stop();

 private:
  std::stop_source source_;
  std::jthread waiter_;
};

}  // namespace cw::cli
