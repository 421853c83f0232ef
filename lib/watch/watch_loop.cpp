#include "lib/watch/watch_loop.h"

#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/base/back_off.h"
#include "lib/base/log.h"
#include "lib/base/pause.h"
#include "lib/base/random.h"
#include "lib/watch/object_version.h"

namespace cw::watch {
namespace {

constexpr BackOff kReconnect{.first = std::chrono::milliseconds(200), .last = std::chrono::seconds(15)};

}  // namespace

void WatchLoop::run(const std::stop_token& stop) {
  unsigned failures = 0;
  while (!stop.stop_requested()) {
    const Status ended = version_.empty() ? list_and_watch(stop) : watch_once(stop);
    if (stop.stop_requested()) return;
    if (ended) {
      failures = 0;
      // A server that ends every watch at once is not asked without pause.
      if (!std::exchange(heard_, false) && !pause(stop, kReconnect.first)) return;
      continue;
    }
    // Only "cannot be reached" leaves open whether the version is still good.
    if (ended.error().code != Code::Unavailable) {
      version_.clear();
    } else if (std::exchange(heard_, false)) {
      failures = 0;  // it could be reached since: not one long outage
    }
    if (ended.error().code == Code::Gone) continue;
    if (is_refusal(ended.error())) {
      note_refusal(ended.error());
      if (!pause(stop, patience_.when_refused)) return;
      continue;
    }
    log::warning("cannot follow a resource; trying again",
                 {{"resource", kube::group_resource(resource_)}, {"error", ended.error().message}});
    if (!pause(stop, jittered(delay_after(kReconnect, failures++)))) return;
  }
}

bool WatchLoop::is_refusal(const Error& error) const {
  return patience_.when_refused.count() > 0 &&
         (error.code == Code::Forbidden || error.code == Code::NotFound);
}

std::optional<Code> WatchLoop::refusal() const {
  return refused_.load() ? std::optional(refused_with_.load()) : std::nullopt;
}

void WatchLoop::note_refusal(const Error& error) {
  synced_.store(false);
  refused_with_.store(error.code);
  refused_.store(true);
  if (std::exchange(told_refusal_, true)) return;
  log::info("a resource may not be read or is not served; what depends on it is left out",
            {{"resource", kube::group_resource(resource_)}, {"error", error.message}});
}

Status WatchLoop::list_once() {
  sink_.list_expected();
  std::optional<std::string> begun;
  const auto begin = [&](const std::string& version) {
    if (begun != version) sink_.list_begins(version_number(version));
    begun = version;
  };
  kube::ListOptions options = scope_;
  options.each = [&](const std::string& version, kube::Json&& item) {
    begin(version);
    sink_.listed(std::move(item));
  };
  auto listed = reader_.list(resource_, options);
  if (!listed && is_refusal(listed.error())) note_refusal(listed.error());
  auto list = TRY(std::move(listed));
  begin(list.resource_version);
  for (auto& item : list.items) sink_.listed(std::move(item));
  sink_.list_ends(version_number(list.resource_version));
  end_list(std::move(list.resource_version));
  return Done{};
}

void WatchLoop::end_list(std::string version) {
  version_ = std::move(version);
  heard_ = true;
  refused_.store(false);
  synced_.store(true);
}

Status WatchLoop::list_and_watch(const std::stop_token& stop) {
  return can_stream_ ? stream(stop) : list_once();
}

Status WatchLoop::stream(const std::stop_token& stop) {
  kube::WatchOptions options;
  static_cast<kube::ListOptions&>(options) = scope_;
  options.send_initial_events = true;
  const std::uint64_t newest = sink_.newest_known();
  sink_.list_expected();
  sink_.list_begins(kVersionToCome);
  std::stop_source enough;
  const std::stop_callback on_stop(stop, [&] { enough.request_stop(); });
  bool listed = false;
  options.is_known = [&](const kube::ObjectKey& key, std::uint64_t version) {
    return listed && is_known(key, version);
  };
  const auto take = [&](kube::WatchEventKind kind, kube::Json&& object) {
    if (listed) return take_event(kind, std::move(object));
    if (kind == kube::WatchEventKind::Deleted) return sink_.happened(kind, std::move(object));
    if (kind != kube::WatchEventKind::Bookmark) return sink_.listed(std::move(object));
    auto version = resource_version_of(object);
    // Bookmarks without an end: the server does not know what was asked for.
    can_stream_ = is_end_of_initial_events(object);
    listed = can_stream_ && version_number(version) >= newest;
    if (!listed) return static_cast<void>(enough.request_stop());
    sink_.list_ends(version_number(version));
    end_list(std::move(version));
  };
  const Status ended = reader_.watch(resource_, options, take, enough.get_token());
  return listed || stop.stop_requested() ? ended : list_instead(ended);
}

Status WatchLoop::list_instead(const Status& ended) {
  if (ended) return list_once();
  const Code code = ended.error().code;
  if (code == Code::Forbidden || code == Code::NotFound) return ended;
  // Invalid: an old server, or one with the feature off. Internal: its etcd is too old to say how far it is.
  // Unavailable may be a watch cache that is not filled yet, which pages do not need.
  can_stream_ = can_stream_ && code != Code::Invalid && code != Code::Internal;
  return list_once();
}

Status WatchLoop::watch_once(const std::stop_token& stop) {
  kube::WatchOptions options;
  static_cast<kube::ListOptions&>(options) = scope_;
  options.resource_version = version_;
  options.is_known = [this](const kube::ObjectKey& key, std::uint64_t version) {
    return is_known(key, version);
  };
  return reader_.watch(
      resource_, options,
      [this](kube::WatchEventKind kind, kube::Json&& object) { take_event(kind, std::move(object)); }, stop);
}

void WatchLoop::take_event(kube::WatchEventKind kind, kube::Json&& object) {
  note_version(object);
  if (kind != kube::WatchEventKind::Bookmark) sink_.happened(kind, std::move(object));
}

// Our own writes come back: what the cache took from their answers need not be decoded once more.
bool WatchLoop::is_known(const kube::ObjectKey& key, std::uint64_t version) {
  if (version == 0 || !sink_.knows(key, version)) return false;
  version_ = std::to_string(version);
  heard_ = true;
  return true;
}

void WatchLoop::note_version(const kube::Json& object) {
  auto version = resource_version_of(object);
  if (version.empty()) return;
  version_ = std::move(version);
  heard_ = true;
}

}  // namespace cw::watch
