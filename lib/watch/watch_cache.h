// WatchCache<T>: an ObjectCache that follows the API server. Decodes at the door; takes the answers to our
// own writes at once, so that a reconciler never acts on what it knows to be old. Thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "lib/base/log.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"
#include "lib/watch/object_cache.h"
#include "lib/watch/object_version.h"
#include "lib/watch/watch_loop.h"

namespace cw::watch {

template <typename T>
class WatchCache final : private WatchSink {
 public:
  using Objects = ObjectCache<T>;
  using Pointer = typename Objects::Pointer;
  using Decode = std::function<Result<T>(const kube::Json&)>;

  WatchCache(const kube::KubeReader& reader, const kube::Resource& resource, kube::ListOptions scope,
             Decode decode, Patience patience = {})
      : resource_(resource),
        decode_(std::move(decode)),
        loop_(reader, resource, std::move(scope), *this, patience) {}

  // Before the start: what has another key is as good as not there, and costs nothing. Not called:
  // everything.
  void keep_only(std::function<bool(const kube::ObjectKey&)> wanted) { wanted_ = std::move(wanted); }

  // For add_index and on_change before the start, and for look-ups.
  Objects& objects() { return objects_; }
  const Objects& objects() const { return objects_; }
  const kube::Resource& resource() const { return resource_; }

  void run(const std::stop_token& stop) { loop_.run(stop); }
  Status list_once() { return loop_.list_once(); }
  bool synced() const { return loop_.synced(); }
  std::optional<Code> refusal() const { return loop_.refusal(); }

  // The answer to a write, or to a read of one object.
  void take(const kube::Json& object) {
    const auto seen = version_of(object);
    if (is_wanted(seen.key) && objects_.is_news(seen)) objects_.put(seen, decode(seen, object));
  }
  void forget(const kube::ObjectKey& key) { objects_.forget(key); }

 private:
  bool is_wanted(const kube::ObjectKey& key) const { return !key.name.empty() && (!wanted_ || wanted_(key)); }

  Result<T> decode(const ObjectVersion& seen, const kube::Json& object) const {
    auto decoded = decode_(object);
    if (!decoded) {
      log::warning("an object cannot be read; it is left alone until it changes",
                   {{"resource", kube::group_resource(resource_)},
                    {"namespace", seen.key.name_space},
                    {"name", seen.key.name},
                    {"error", decoded.error().message}});
    }
    return decoded;
  }

  void list_expected() override { objects_.expect_list(); }
  void list_begins(std::uint64_t version) override { objects_.begin_list(version); }
  void listed(kube::Json&& object) override {
    take(object);
    objects_.keep(version_of(object).key);
  }
  void list_ends(std::uint64_t version) override { objects_.end_list(version); }
  void happened(kube::WatchEventKind kind, kube::Json&& object) override {
    if (kind != kube::WatchEventKind::Deleted) return take(object);
    const auto seen = version_of(object);
    if (is_wanted(seen.key)) objects_.remove(seen.key, seen.version);
  }
  bool knows(const kube::ObjectKey& key, std::uint64_t version) const override {
    return !is_wanted(key) || !objects_.is_news({key, version});
  }
  std::uint64_t newest_known() const override { return objects_.newest(); }

  const kube::Resource& resource_;
  Decode decode_;
  std::function<bool(const kube::ObjectKey&)> wanted_;
  Objects objects_;
  WatchLoop loop_;
};

}  // namespace cw::watch
