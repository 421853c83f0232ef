#include "lib/watch/watch_loop.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "lib/base/back_off.h"
#include "lib/base/log.h"
#include "lib/base/pause.h"
#include "lib/watch/object_version.h"

namespace cw::watch {
namespace {

constexpr BackOff kReconnect{.first = std::chrono::milliseconds(200), .last = std::chrono::seconds(15)};

}  // namespace

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
    if (is_refusal(ended.error())) {
      note_refusal(ended.error());
      if (!pause(stop, patience_.when_refused)) return;
      continue;
    }
    log::warning("cannot follow a resource; trying again",
                 {{"resource", kube::group_resource(resource_)}, {"error", ended.error().message}});
    if (!pause(stop, delay_after(kReconnect, failures++))) return;
  }
}

bool WatchLoop::is_refusal(const Error& error) const {
  return patience_.when_refused.count() > 0 &&
         (error.code == Code::Forbidden || error.code == Code::NotFound);
}

void WatchLoop::note_refusal(const Error& error) {
  synced_.store(false);
  if (std::exchange(told_refusal_, true)) return;
  log::info("a resource may not be read or is not served; what depends on it is left out",
            {{"resource", kube::group_resource(resource_)}, {"error", error.message}});
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

}  // namespace cw::watch
