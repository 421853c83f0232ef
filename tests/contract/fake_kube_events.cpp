#include "tests/contract/fake_kube_events.h"

#include <charconv>
#include <utility>

#include "lib/kube/resource.h"
#include "tests/contract/fake_kube.h"
#include "tests/contract/fake_kube_checks.h"
#include "tests/contract/selectors.h"

namespace cw::contract {

using kube::Json;
using kube::ObjectKey;
using kube::Resource;
using kube::WatchEventKind;

namespace {

std::uint64_t revision_of(const std::string& text) {
  std::uint64_t revision = 0;
  std::from_chars(text.data(), text.data() + text.size(), revision);
  return revision;
}

// `end` says that everything that was there has been told.
Json bookmark(const Resource& resource, std::uint64_t revision, bool end = false) {
  Json metadata = {{"resourceVersion", std::to_string(revision)}};
  if (end) metadata["annotations"] = {{"k8s.io/initial-events-end", "true"}};
  return {{"apiVersion", kube::api_version(resource)}, {"kind", resource.kind}, {"metadata", metadata}};
}

// One event of the store as one watcher sees it: what enters its selection is added, what leaves it deleted.
void show(const Json& before, const Json& after, const kube::WatchOptions& options,
          const kube::OnWatchEvent& on_event) {
  const bool was_seen = !before.is_null() && is_selected(before, options);
  const bool is_seen = !after.is_null() && is_selected(after, options);
  if (is_seen) {
    on_event(was_seen ? WatchEventKind::Modified : WatchEventKind::Added, as_asked(after, options));
  } else if (was_seen) {
    on_event(WatchEventKind::Deleted, as_asked(before, options));
  }
}

}  // namespace

bool is_selected(const Json& object, const kube::ListOptions& options) {
  const bool in_namespace =
      options.name_space.empty() ||
      object.value(Json::json_pointer("/metadata/namespace"), std::string()) == options.name_space;
  return in_namespace && matches_labels(object, options.label_selector) &&
         matches_fields(object, options.field_selector);
}

Json as_asked(const Json& object, const kube::ListOptions& options) {
  if (!options.metadata_only) return object;
  return {{"apiVersion", "meta.k8s.io/v1"},
          {"kind", "PartialObjectMetadata"},
          {"metadata", object.at("metadata")}};
}

Json FakeKube::store(const Resource& resource, const ObjectKey& key, Json object) {
  Json& stored = objects_[{kube::group_resource(resource), key.name_space, key.name}];
  object["metadata"]["resourceVersion"] = std::to_string(revision_ + 1);
  remember(resource, stored, object);
  stored = std::move(object);
  return stored;
}

void FakeKube::erase(const Resource& resource, const ObjectKey& key) {
  const auto found = objects_.find({kube::group_resource(resource), key.name_space, key.name});
  Json last = std::move(found->second);
  objects_.erase(found);
  // As the real server: a deleted object is shown with the revision of its deletion.
  last["metadata"]["resourceVersion"] = std::to_string(revision_ + 1);
  remember(resource, std::move(last), nullptr);
}

void FakeKube::remember(const Resource& resource, Json before, Json after) {
  history_.push_back({.revision = ++revision_,
                      .resource = kube::group_resource(resource),
                      .before = std::move(before),
                      .after = std::move(after)});
  changed_.notify_all();
}

Result<std::vector<FakeKube::Event>> FakeKube::events_since(const Resource& resource,
                                                            std::uint64_t revision) const {
  if (revision < compacted_)
    return Error{Code::Gone, "too old resource version: " + std::to_string(revision)};
  std::vector<Event> events;
  for (const Event& event : history_) {
    if (event.revision > revision && event.resource == kube::group_resource(resource))
      events.push_back(event);
  }
  return events;
}

Status FakeKube::watch(const Resource& resource, const kube::WatchOptions& options,
                       const kube::OnWatchEvent& on_event, std::stop_token stop) const {
  const ObjectKey key{.name_space = options.name_space, .name = ""};
  if (auto error = refusal({.verb = Verb::Watch, .plural = std::string(resource.plural), .key = key})) {
    return *std::move(error);
  }
  std::unique_lock lock(mutex_);
  if (options.send_initial_events && !streams_lists_) {
    return invalid(resource, "", "sendInitialEvents: Forbidden: not enabled");
  }
  const std::uint64_t round = watch_round_;
  std::uint64_t seen = revision_of(options.resource_version);
  if (seen == 0) {
    seen = revision_;
    const auto objects = objects_;
    lock.unlock();
    for (const auto& [place, object] : objects) {
      if (std::get<0>(place) == kube::group_resource(resource)) show(nullptr, object, options, on_event);
    }
    if (options.send_initial_events) on_event(WatchEventKind::Bookmark, bookmark(resource, seen, true));
    lock.lock();
  }
  while (!stop.stop_requested()) {
    const std::vector<Event> events = TRY(events_since(resource, seen));
    seen = revision_;
    const bool ends = round != watch_round_;
    lock.unlock();
    for (const Event& event : events) show(event.before, event.after, options, on_event);
    if (ends) {
      on_event(WatchEventKind::Bookmark, bookmark(resource, seen));
      return Done{};
    }
    lock.lock();
    changed_.wait(lock, stop, [&] { return revision_ != seen || round != watch_round_; });
  }
  return Done{};
}

void FakeKube::fail_when(std::function<std::optional<Error>(const Call&)> check) {
  const std::lock_guard lock(mutex_);
  check_ = std::move(check);
}

std::vector<Call> FakeKube::writes() const {
  const std::lock_guard lock(mutex_);
  return writes_;
}

void FakeKube::forget_writes() {
  const std::lock_guard lock(mutex_);
  writes_.clear();
}

void FakeKube::serve_path(std::string path, Json answer) {
  const std::lock_guard lock(mutex_);
  paths_.insert_or_assign(std::move(path), std::move(answer));
}

void FakeKube::end_watches() {
  const std::lock_guard lock(mutex_);
  ++watch_round_;
  changed_.notify_all();
}

void FakeKube::refuse_streamed_lists() {
  const std::lock_guard lock(mutex_);
  streams_lists_ = false;
}

void FakeKube::compact() {
  const std::lock_guard lock(mutex_);
  history_.clear();
  compacted_ = revision_;
}

}  // namespace cw::contract
