#include "apiserver/etcd/etcd_feed.h"

#include <algorithm>
#include <map>

#include "lib/base/back_off.h"
#include "lib/base/log.h"
#include "lib/base/pause.h"
#include "lib/base/random.h"

namespace cw::apiserver {
namespace {

using std::chrono::milliseconds;

constexpr BackOff kBackOff{milliseconds(100), milliseconds(5000)};
constexpr int kFirstPage = 100;  // objects: even if all are as large as can be, an answer holds them
constexpr int kLargestPage = 2000;
constexpr milliseconds kSilence{1500};          // of a watch that has something to tell
constexpr std::size_t kPageBytes = 8UL << 20U;  // aimed at

// As many as would have been about kPageBytes, had they been like those.
int next_limit(const std::vector<EtcdKeyValue>& page) {
  std::size_t bytes = 1;
  for (const EtcdKeyValue& item : page) bytes += item.value.size();
  const std::size_t fitting = kPageBytes * std::max<std::size_t>(1, page.size()) / bytes;
  return static_cast<int>(std::clamp<std::size_t>(fitting, kFirstPage, kLargestPage));
}

ObjectPtr object_of(const StoreKey& key, EtcdKeyValue item) {
  return std::make_shared<const StoredObject>(key.object, item.mod_revision, std::move(item.value));
}

}  // namespace

Status EtcdFeed::start() {
  TRY(load());
  thread_ = std::jthread([this](const std::stop_token& stop) { follow(stop); });
  return Done{};
}

void EtcdFeed::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

bool EtcdFeed::wait_for(Revision revision, milliseconds wait) {
  std::unique_lock lock(mutex_);
  return reached_.wait_for(lock, wait, [&] { return memory_.revision() >= revision; });
}

bool EtcdFeed::bring(Revision revision, milliseconds wait) {
  if (wait_for(revision, kSilence)) return true;
  if (is_silent()) reconnect();
  return wait_for(revision, wait);
}

bool EtcdFeed::is_silent() const { return std::chrono::steady_clock::now() - heard_.load() >= kSilence; }

void EtcdFeed::reconnect() {
  heard_ = std::chrono::steady_clock::now();  // the next connection gets its time
  const std::lock_guard lock(mutex_);
  connection_.request_stop();
}

void EtcdFeed::tell_reached() {
  {
    const std::lock_guard lock(mutex_);
  }  // whoever has looked in vain waits by now
  reached_.notify_all();
}

// Page after page of one revision.
Status EtcdFeed::load() {
  StoreImage image;
  EtcdRange range{.key = keys_.registry(), .end = keys_.registry_end(), .limit = kFirstPage};
  Revision revision = 0;
  for (bool more = true; more;) {
    Status read = read_page(range, image, revision, more);
    // Perhaps what follows is much larger than what came before.
    if (!read && range.limit > kFirstPage) {
      range.limit = kFirstPage;
      read = read_page(range, image, revision, more);
    }
    if (!read) return read;
  }
  memory_.load(std::move(image), revision);
  tell_reached();
  return Done{};
}

Status EtcdFeed::read_page(EtcdRange& range, StoreImage& image, Revision& revision, bool& more) const {
  EtcdPage page = TRY(client_.range(range));
  if (revision == 0) revision = range.revision = page.revision;
  more = page.more && !page.items.empty();
  if (more) range.key = page.items.back().key + '\0';
  range.limit = next_limit(page.items);
  for (EtcdKeyValue& item : page.items) {
    const auto key = keys_.parse(item.key);
    if (key) image[key->resource][key->object] = object_of(*key, std::move(item));
  }
  return Done{};
}

void EtcdFeed::follow(const std::stop_token& stop) {
  unsigned failures = 0;
  bool outdated = false;
  while (!stop.stop_requested()) {
    if (outdated) {
      const Status loaded = load();
      outdated = !loaded;
      if (!loaded) log::warning("etcd cannot be read", {{"error", loaded.error().message}});
    }
    bool heard = false;
    if (!outdated) outdated = watch_once(stop, heard) == Ended::Outdated;
    failures = heard ? 1 : failures + 1;
    if (!heard || !outdated) pause(stop, jittered(delay_after(kBackOff, failures)));
  }
}

EtcdFeed::Ended EtcdFeed::watch_once(const std::stop_token& stop, bool& heard) {
  std::stop_source connection;
  const std::stop_callback on_stop(stop, [&] { connection.request_stop(); });
  {
    const std::lock_guard lock(mutex_);
    connection_ = connection;
  }
  Ended ended = Ended::Broken;
  const auto on_line = [&](std::string_view line) {
    heard = true;
    heard_ = std::chrono::steady_clock::now();
    return take(line, ended);
  };
  const std::string request = watch_request(keys_.registry(), keys_.registry_end(), memory_.revision() + 1);
  const Status watched = client_.watch(request, on_line, connection.get_token());
  if (!watched && !stop.stop_requested()) {
    log::warning("the watch of etcd has ended", {{"error", watched.error().message}});
  }
  return ended;
}

bool EtcdFeed::take(std::string_view line, Ended& ended) {
  using Kind = EtcdWatchLine::Kind;
  const EtcdWatchLine news = decode_watch_line(line);
  switch (news.kind) {
    case Kind::Created:
      if (!has_gone_back(news.revision)) return true;
      log::error(
          "etcd has gone back in time; all is read anew",
          {{"revision", std::to_string(news.revision)}, {"known", std::to_string(memory_.revision())}});
      ended = Ended::Outdated;
      return false;
    case Kind::Events:
      publish(news.events);
      return true;
    case Kind::Progress:  // all up to here has been sent
      memory_.publish({}, news.revision);
      tell_reached();
      return true;
    case Kind::Canceled:
      if (news.compacted) ended = Ended::Outdated;
      if (!news.compacted) client_.leave_watched();  // it has no leader
      log::warning("etcd has ended the watch",
                   {{"compacted", news.compacted ? "true" : "false"}, {"reason", news.failure}});
      return false;
    case Kind::Broken:
      client_.leave_watched();
      log::warning("the watch of etcd is broken", {{"line", news.failure}});
      return false;
  }
  return false;
}

// A member that is behind the others tells its own revision; all that was agreed on is in an answer to a
// read.
bool EtcdFeed::has_gone_back(Revision told) const {
  if (told >= memory_.revision()) return false;
  const auto page = client_.range({.key = keys_.registry(), .count_only = true});
  return page && page->revision < memory_.revision();
}

void EtcdFeed::publish(const std::vector<EtcdEvent>& events) {
  std::vector<Change> changes;
  std::map<std::string, ObjectPtr> newer;  // of this message, by key
  Revision reached = 0;
  for (const EtcdEvent& event : events) {
    reached = std::max(reached, event.item.mod_revision);
    const auto key = keys_.parse(event.item.key);
    if (!key) continue;
    ObjectPtr& last = newer.try_emplace(event.item.key, nullptr).first->second;
    if (!last) last = memory_.find(*key);
    if (event.removed && !last) continue;  // it was made and removed before we looked
    EtcdKeyValue item = event.item;
    if (event.removed) item.value = last->text();
    ObjectPtr object = object_of(*key, std::move(item));
    last = event.removed ? nullptr : object;
    changes.push_back({key->resource, std::move(object), event.removed});
  }
  memory_.publish(changes, reached);
  tell_reached();
}

}  // namespace cw::apiserver
