// Events (core/v1) about objects: what a person reads under "kubectl describe". An EventSink takes them; the
// EventRecorder posts them from a thread of its own, counts repetitions instead of posting them anew, and
// drops what it cannot keep up with: an event never holds up or fails a reconcile. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>

#include "lib/base/clock.h"
#include "lib/kube/client.h"
#include "lib/kube/metadata.h"
#include "lib/kube/resource.h"

namespace cw::controller::runtime {

enum class EventType : std::uint8_t { Normal, Warning };

struct EventSubject {
  std::string api_version;
  std::string kind;
  std::string name_space;  // empty: cluster-scoped, the event goes to "default"
  std::string name;
  std::string uid;
  std::string resource_version;
  bool operator==(const EventSubject&) const = default;
};
EventSubject subject_of(const kube::Resource&, const kube::ObjectMeta&);

struct Event {
  EventType type = EventType::Normal;
  std::string reason;
  std::string message;
  // Not posted before so long, nor at all if one of the same subject and reason comes meanwhile: for what is
  // only worth telling if it takes its time.
  std::chrono::milliseconds hold{0};
  bool operator==(const Event&) const = default;
};

class EventSink {
 public:
  EventSink() = default;
  EventSink(const EventSink&) = delete;
  EventSink& operator=(const EventSink&) = delete;
  virtual ~EventSink() = default;
  virtual void record(const EventSubject&, const Event&) = 0;
};

class EventRecorder final : public EventSink {
 public:
  // `component` is the source of the events: "cert-manager-certificates-trigger".
  EventRecorder(kube::KubeWriter&, const kube::Resource& events, const Clock&, std::string component);
  ~EventRecorder() override;

  void record(const EventSubject&, const Event&) override;
  void start();
  // Posts what is waiting, as long as that takes less than a second; then drops the rest.
  void stop();

  // Posts one waiting event; false if there is none. What the thread does over and over.
  bool post_next();

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Waiting {
    EventSubject subject;
    Event event;
  };
  struct Held {
    SteadyTime due;
    Waiting waiting;
  };
  // With mutex_ held.
  void drop_oldest();
  void drop_held(const EventSubject&, const Event&);
  void release(SteadyTime now);
  struct Posted {
    kube::ObjectKey key;
    std::int64_t count = 1;
    TimePoint last;
  };
  void post(const Waiting&);
  bool post_again(const std::string& identity, TimePoint now);
  void remember(const std::string& identity, Posted);

  kube::KubeWriter& writer_;
  const kube::Resource& events_;
  const Clock& clock_;
  std::string component_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Waiting> waiting_;
  std::deque<Held> held_;  // in the order of their dates
  // Only touched by the thread that posts.
  std::unordered_map<std::string, Posted> posted_;
  std::deque<std::string> posted_order_;
  std::optional<std::jthread> thread_;
};

}  // namespace cw::controller::runtime
