#include "controller/runtime/events.h"

#include <algorithm>
#include <chrono>

#include <nlohmann/json.hpp>

#include "lib/base/encoding.h"
#include "lib/base/log.h"
#include "lib/base/random.h"
#include "lib/base/time_text.h"

namespace cw::controller::runtime {
namespace {

constexpr std::size_t kMaxWaiting = 4096;
constexpr std::size_t kMaxPosted = 2048;
constexpr std::size_t kMaxMessage = 1024;  // bytes; core/v1 Event
// An event that comes again within this time is counted (client-go's aggregator).
constexpr std::chrono::minutes kRepetition{10};
constexpr std::chrono::hours kNothingDue{1};
constexpr std::size_t kSuffixBytes = 8;

std::string_view text_of(EventType type) { return type == EventType::Warning ? "Warning" : "Normal"; }

std::string identity_of(const EventSubject& subject, const Event& event) {
  std::string identity;
  for (const auto* part :
       {&subject.kind, &subject.name_space, &subject.name, &subject.uid, &event.reason, &event.message}) {
    identity.append(*part).push_back('\0');
  }
  return identity.append(text_of(event.type));
}

kube::ObjectKey new_key(const EventSubject& subject) {
  return {subject.name_space.empty() ? "default" : subject.name_space,
          subject.name + "." + encode_hex(random_bytes(kSuffixBytes))};
}

kube::Json event_json(const kube::ObjectKey& key, const EventSubject& subject, const Event& event,
                      std::string_view component, TimePoint now) {
  const auto time = format_time(now);
  return {{"apiVersion", "v1"},
          {"kind", "Event"},
          {"metadata", {{"name", key.name}, {"namespace", key.name_space}}},
          {"involvedObject",
           {{"apiVersion", subject.api_version},
            {"kind", subject.kind},
            {"namespace", subject.name_space},
            {"name", subject.name},
            {"uid", subject.uid},
            {"resourceVersion", subject.resource_version}}},
          {"type", text_of(event.type)},
          {"reason", event.reason},
          {"message", event.message.substr(0, kMaxMessage)},
          {"source", {{"component", component}}},
          {"firstTimestamp", time},
          {"lastTimestamp", time},
          {"count", 1}};
}

}  // namespace

EventSubject subject_of(const kube::Resource& resource, const kube::ObjectMeta& metadata) {
  return {.api_version = kube::api_version(resource),
          .kind = std::string(resource.kind),
          .name_space = metadata.name_space,
          .name = metadata.name,
          .uid = metadata.uid,
          .resource_version = metadata.resource_version};
}

EventRecorder::EventRecorder(kube::KubeWriter& writer, const kube::Resource& events, const Clock& clock,
                             std::string component)
    : writer_(writer), events_(events), clock_(clock), component_(std::move(component)) {}

EventRecorder::~EventRecorder() { stop(); }

void EventRecorder::record(const EventSubject& subject, const Event& event) {
  {
    const std::scoped_lock lock(mutex_);
    drop_held(subject, event);
    if (event.hold.count() > 0) {
      const auto due = std::chrono::steady_clock::now() + event.hold;
      const auto after =
          std::find_if(held_.rbegin(), held_.rend(), [&](const Held& held) { return held.due <= due; });
      held_.insert(after.base(), Held{due, {subject, event}});
    } else {
      waiting_.push_back({subject, event});
    }
    if (waiting_.size() + held_.size() > kMaxWaiting) drop_oldest();
  }
  changed_.notify_one();
}

void EventRecorder::drop_oldest() {
  log::debug("too many events at once; the oldest is dropped");
  if (held_.empty()) {
    waiting_.pop_front();
  } else {
    held_.pop_front();
  }
}

void EventRecorder::drop_held(const EventSubject& subject, const Event& event) {
  const auto found = std::find_if(held_.begin(), held_.end(), [&](const Held& held) {
    return held.waiting.subject.uid == subject.uid && held.waiting.event.reason == event.reason &&
           held.waiting.subject.kind == subject.kind;
  });
  if (found != held_.end()) held_.erase(found);
}

void EventRecorder::release(SteadyTime now) {
  while (!held_.empty() && held_.front().due <= now) {
    waiting_.push_back(std::move(held_.front().waiting));
    held_.pop_front();
  }
}

void EventRecorder::start() {
  thread_.emplace([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (post_next()) continue;
      std::unique_lock lock(mutex_);
      const auto due = held_.empty() ? std::chrono::steady_clock::now() + kNothingDue : held_.front().due;
      changed_.wait_until(lock, stop, due,
                          [&] { return !waiting_.empty() || (!held_.empty() && held_.front().due < due); });
    }
  });
}

void EventRecorder::stop() {
  if (!thread_) return;
  thread_.reset();
  {
    const std::scoped_lock lock(mutex_);
    release(SteadyTime::max());
  }
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  while (std::chrono::steady_clock::now() < until && post_next()) {
  }
}

bool EventRecorder::post_next() {
  Waiting next;
  {
    const std::scoped_lock lock(mutex_);
    release(std::chrono::steady_clock::now());
    if (waiting_.empty()) return false;
    next = std::move(waiting_.front());
    waiting_.pop_front();
  }
  post(next);
  return true;
}

void EventRecorder::post(const Waiting& next) {
  const auto now = clock_.now();
  const auto identity = identity_of(next.subject, next.event);
  if (post_again(identity, now)) return;
  const auto key = new_key(next.subject);
  const auto created =
      writer_.create(events_, event_json(key, next.subject, next.event, component_, now), {});
  if (created) {
    remember(identity, {key, 1, now});
  } else {
    log::debug("an event could not be posted",
               {{"reason", next.event.reason}, {"error", created.error().message}});
  }
}

// One more of an event that is there already; false if it is not, or is no longer.
bool EventRecorder::post_again(const std::string& identity, TimePoint now) {
  const auto found = posted_.find(identity);
  if (found == posted_.end() || now - found->second.last > kRepetition) return false;
  Posted& posted = found->second;
  const kube::Json patch = {{"count", posted.count + 1}, {"lastTimestamp", format_time(now)}};
  if (!writer_.merge_patch(events_, posted.key, kube::Part::Object, patch, {})) return false;
  ++posted.count;
  posted.last = now;
  return true;
}

void EventRecorder::remember(const std::string& identity, Posted posted) {
  if (posted_.insert_or_assign(identity, std::move(posted)).second) posted_order_.push_back(identity);
  if (posted_order_.size() <= kMaxPosted) return;
  posted_.erase(posted_order_.front());
  posted_order_.pop_front();
}

}  // namespace cw::controller::runtime
