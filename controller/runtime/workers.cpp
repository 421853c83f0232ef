#include "controller/runtime/workers.h"

#include <exception>

#include "lib/base/back_off.h"
#include "lib/base/log.h"

namespace cw::controller::runtime {
namespace {

// Someone else wrote in between; the news of it is on its way.
constexpr BackOff kConflict{.first = milliseconds(100), .last = milliseconds(5000)};

}  // namespace

void Workers::start(unsigned threads) {
  for (unsigned i = 0; i < threads; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) {
      while (auto key = queue_.take(stop)) process(*key);
    });
  }
}

void Workers::stop() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

void Workers::process(const kube::ObjectKey& key) {
  ++calls_;
  settle(key, run(key));
  queue_.done(key);
}

bool Workers::process_next() {
  const auto key = queue_.try_take();
  if (key) process(*key);
  return key.has_value();
}

Result<Outcome> Workers::run(const kube::ObjectKey& key) {
  try {
    return reconcile_(key);
  } catch (const std::exception& problem) {
    return Error{Code::Internal, problem.what()};
  }
}

void Workers::settle(const kube::ObjectKey& key, const Result<Outcome>& ended) {
  if (ended && ended->undisturbed) {
    if (ended->again_after) queue_.add_after_if_none(key, *ended->again_after);
    return;
  }
  if (ended) {
    queue_.forget(key);
    queue_.set_date(key, ended->again_at);
    if (ended->again_after) queue_.add_after(key, *ended->again_after);
    return;
  }
  const bool conflict = ended.error().code == Code::Conflict;
  if (!conflict) ++errors_;
  log::write(conflict ? log::Level::Info : log::Level::Error, "will try again",
             {{"controller", name_},
              {"namespace", key.name_space},
              {"name", key.name},
              {"error", ended.error().message}});
  if (conflict) {
    queue_.add_after_failure(key, kConflict);
  } else {
    queue_.add_after_failure(key);
  }
}

}  // namespace cw::controller::runtime
