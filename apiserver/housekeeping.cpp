#include "apiserver/housekeeping.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/core_kinds.h"
#include "apiserver/crd/definition_keeper.h"
#include "apiserver/identity.h"
#include "apiserver/json_access.h"
#include "lib/base/log.h"
#include "lib/base/pause.h"
#include "lib/base/time_text.h"

namespace cw::apiserver {
namespace {

constexpr std::chrono::milliseconds kRest{100};
constexpr std::chrono::minutes kCompactEvery{5};  // as kube-apiserver does it with etcd
constexpr std::chrono::minutes kLookAtEventsEvery{1};
constexpr std::chrono::seconds kLookAtPodsEvery{1};
constexpr std::chrono::hours kKeepEvents{1};  // kube-apiserver's --event-ttl

// When an event was last heard of.
TimePoint last_heard(const Json& event) {
  TimePoint last{};
  for (const std::string& text :
       {metadata_text(event, "creationTimestamp"), text_member(event, "lastTimestamp"),
        text_at(event, {"series", "lastObservedTime"})}) {
    if (const Result<TimePoint> time = parse_time(text)) last = std::max(last, *time);
  }
  return last;
}

}  // namespace

bool Housekeeping::step() {
  const bool defined = parts_.definitions != nullptr && parts_.definitions->step();
  const bool collected = garbage_.step();
  const bool emptied = empty_namespaces();
  const bool aggregated = roles_.step();
  const bool fitted = accounts_.step();
  forget_events();
  end_pods();
  return defined || collected || emptied || aggregated || fitted;
}

bool Housekeeping::empty_namespaces() {
  const Result<Listing> listing = parts_.store.list({std::string(kNamespaces)});
  const bool is_due = parts_.clock.now() >= try_again_at_;
  if (!listing || (listing->revision == namespaces_seen_ && !is_due)) return false;
  namespaces_seen_ = listing->revision;
  try_again_at_ = TimePoint::max();
  bool done = false;
  for (const ObjectPtr& name_space : listing->objects) {
    if (is_terminating(*name_space)) done = empty_namespace(*name_space) || done;
  }
  return done;
}

bool Housekeeping::empty_namespace(const StoredObject& name_space) {
  if (remove_content(name_space.key().name)) return false;  // something is held; its going is a change
  release(name_space);
  return true;
}

// Whether anything is left.
bool Housekeeping::remove_content(const std::string& name_space) {
  bool left = false;
  for (const RowPtr& row : parts_.resources.stored()) {
    if (!row->resource.namespaced) continue;
    const Result<Listing> listing = parts_.store.list({row->stored_as, name_space});
    if (!listing) return true;
    for (const ObjectPtr& object : listing->objects) {
      DeleteOptions options;
      options.propagation = Propagation::Background;
      const auto removed = removal_.remove(*row, object->key(), options);
      const bool failed = !removed && removed.error().code() != Code::NotFound;
      if (failed) try_again_at_ = parts_.clock.now() + kTryAgainAfter;
      left = left || failed || (removed && removed->pending);
    }
  }
  return left;
}

void Housekeeping::release(const StoredObject& name_space) {
  const RowPtr row = parts_.resources.find("", "v1", kNamespaces);
  const WriteRequest request{*row, name_space.key(), ObjectPart::Finalizers, {}, system_user()};
  const auto updated = writes_.update(request, [](const Json& stored) -> kube::Outcome<WantedObject> {
    Json next = stored;
    Json kept = Json::array();
    for (const Json& finalizer : array_member(object_member(next, "spec"), "finalizers")) {
      if (finalizer != kNamespaceFinalizer) kept.push_back(finalizer);
    }
    make_object(next, "spec")["finalizers"] = std::move(kept);
    return WantedObject{std::move(next)};
  });
  if (updated || updated.error().code() == Code::NotFound) return;
  try_again_at_ = parts_.clock.now() + kTryAgainAfter;
  log::warning("a namespace cannot be released",
               {{"namespace", name_space.key().name}, {"error", updated.error().message}});
}

void Housekeeping::forget_events() {
  const TimePoint now = parts_.clock.now();
  if (events_looked_at_ && now - *events_looked_at_ < kLookAtEventsEvery) return;
  events_looked_at_ = now;
  const Result<Listing> listing = parts_.store.list({"events"});
  if (!listing) return;
  for (const ObjectPtr& event : listing->objects) {
    if (now - last_heard(parse_object(*event)) <= kKeepEvents) continue;
    (void)parts_.store.remove({"events", event->key()}, event->revision());  // written anew: it stays
  }
}

// Where no node does it, what was given time to end goes when that is over.
void Housekeeping::end_pods() {
  const TimePoint now = parts_.clock.now();
  if (now - pods_looked_at_ < kLookAtPodsEvery) return;
  pods_looked_at_ = now;
  for (const RowPtr& row : parts_.resources.stored()) {
    if (row->rules.grace == nullptr) continue;
    const Result<Listing> listing = parts_.store.list({row->stored_as});
    if (!listing) return;
    for (const ObjectPtr& object : listing->objects) {
      if (object->text().find("\"deletionTimestamp\"") == std::string::npos) continue;
      const auto end = parse_time(text_member(parse_metadata(*object), "deletionTimestamp"));
      if (end && *end <= now) (void)removal_.remove(*row, object->key(), {});
    }
  }
}

void keep_house(const ApiParts& parts, NamespaceGate& gate, const HouseOptions& options,
                const std::stop_token& stop) {
  using std::chrono::steady_clock;
  const auto leads = [&options] { return !options.leads || options.leads(); };
  std::optional<Housekeeping> house;  // begins anew with each time that we lead
  auto compact_at = steady_clock::now() + kCompactEvery;
  while (!stop.stop_requested()) {
    if (!leads()) house.reset();
    if (!house && leads()) house.emplace(parts, gate, options);
    if (house && house->step()) continue;
    if (!house && parts.definitions != nullptr) parts.definitions->settle();  // another server writes them
    if (house && steady_clock::now() >= compact_at) {
      compact_at = steady_clock::now() + kCompactEvery;
      const Status compacted = parts.store.compact();
      if (!compacted) log::warning("the store is not compacted", {{"error", compacted.error().message}});
    }
    pause(stop, kRest);
  }
}

}  // namespace cw::apiserver
