#include "controller/runtime/watch_loop.h"

#include <condition_variable>
#include <mutex>
#include <utility>

#include <nlohmann/json.hpp>

#include "controller/runtime/object_version.h"
#include "lib/base/log.h"

namespace cw::controller::runtime {
namespace {

constexpr BackOff kReconnect{.first = milliseconds(200), .last = milliseconds(15000)};

}  // namespace

bool pause(const std::stop_token& stop, milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

void WatchLoop::run(const std::stop_token& stop) {
  unsigned failures = 0;
  while (!stop.stop_requested()) {
    const Status ended = version_.empty() ? list_once() : watch_once(stop);
    if (stop.stop_requested()) return;
    if (ended) {
      failures = 0;
      // A server that ends every watch at once is not asked without pause.
      if (!std::exchange(heard_, false) && !pause(stop, kReconnect.first)) return;
      continue;
    }
    // Only "cannot be reached" leaves open whether the version is still good.
    if (ended.error().code != Code::Unavailable) version_.clear();
    if (ended.error().code == Code::Gone) continue;
    log::warning("cannot follow a resource; trying again",
                 {{"resource", kube::group_resource(resource_)}, {"error", ended.error().message}});
    if (!pause(stop, delay_after(kReconnect, failures++))) return;
  }
}

Status WatchLoop::list_once() {
  sink_.list_expected();
  auto list = TRY(reader_.list(resource_, scope_));
  const auto version = version_number(list.resource_version);
  sink_.list_begins(version);
  for (auto& item : list.items) sink_.listed(std::move(item));
  sink_.list_ends(version);
  version_ = std::move(list.resource_version);
  heard_ = true;
  synced_.store(true);
  return Done{};
}

Status WatchLoop::watch_once(const std::stop_token& stop) {
  kube::WatchOptions options;
  static_cast<kube::ListOptions&>(options) = scope_;
  options.resource_version = version_;
  return reader_.watch(
      resource_, options,
      [this](kube::WatchEventKind kind, kube::Json&& object) {
        note_version(object);
        if (kind != kube::WatchEventKind::Bookmark) sink_.happened(kind, std::move(object));
      },
      stop);
}

void WatchLoop::note_version(const kube::Json& object) {
  auto version = resource_version_of(object);
  if (version.empty()) return;
  version_ = std::move(version);
  heard_ = true;
}

}  // namespace cw::controller::runtime
