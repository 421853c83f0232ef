#include "cli/signals.h"

#include <condition_variable>
#include <ctime>
#include <mutex>

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

namespace cw::cli {
namespace {

constexpr int kExitOnSecondSignal = 130;

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

// Waits for signals with a time-out, so that the thread can also be told to end.
void wait_for_signals(std::stop_source source, const std::stop_token& ended) {
  const sigset_t set = stop_signals();
  const timespec poll{0, 200'000'000};
  while (!ended.stop_requested()) {
    if (sigtimedwait(&set, nullptr, &poll) < 0) continue;
    if (source.stop_requested()) _exit(kExitOnSecondSignal);
    source.request_stop();
  }
}

}  // namespace

Signals::Signals() {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE,
         SIG_IGN);  // NOLINT(cert-err33-c): a peer that went away is an error of the write, not of us
  waiter_ =
      std::jthread([source = source_](const std::stop_token& ended) { wait_for_signals(source, ended); });
}

Signals::~Signals() = default;

void Signals::wait() {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait(lock, token(), [] { return false; });
}

void Signals::request_stop() { source_.request_stop(); }

}  // namespace cw::cli
