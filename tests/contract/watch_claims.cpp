#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/contract/claims.h"

namespace cw::contract {
namespace {

using api::kConfigMaps;
using kube::Json;
using kube::Part;
using kube::WatchEventKind;

// Asks for the stop by itself if a test would hang.
class Watchdog {
 public:
  explicit Watchdog(std::stop_source& stop) {
    thread_ = std::jthread([this, &stop](const std::stop_token& over) {
      std::unique_lock lock(mutex_);
      wakes_.wait_for(lock, over, std::chrono::seconds(30), [] { return false; });
      if (!over.stop_requested()) stop.request_stop();
    });
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  std::jthread thread_;
};

struct Seen {
  WatchEventKind kind;
  std::string name;
  bool operator==(const Seen&) const = default;
};

std::string shown(const std::vector<Seen>& events) {
  std::string text;
  for (const Seen& event : events) text += "AMDB"[static_cast<std::size_t>(event.kind)] + event.name + " ";
  return text;
}

// Watches until that many events have come; bookmarks do not count. `on_each` is told how many have.
std::vector<Seen> watch(const Field& field, kube::WatchOptions options, std::size_t wanted,
                        const std::function<void(const Json&, std::size_t)>& on_each = {}) {
  std::stop_source stop;
  const Watchdog watchdog(stop);
  std::vector<Seen> events;
  options.name_space = field.name_space;
  options.label_selector = options.label_selector.empty() ? "mine=yes" : options.label_selector;
  const auto take = [&](WatchEventKind kind, Json&& object) {
    if (kind == WatchEventKind::Bookmark || events.size() >= wanted) return;
    events.push_back({kind, text_of(object, "/metadata/name")});
    if (on_each) on_each(object, events.size());
    if (events.size() == wanted) stop.request_stop();
  };
  const Status ended = field.reader.watch(kConfigMaps, options, take, stop.get_token());
  if (!ended) FAIL(ended.error().message);
  return events;
}

std::string list_version(const Field& field) {
  kube::ListOptions options;
  options.name_space = field.name_space;
  return must(field.reader.list(kConfigMaps, options)).resource_version;
}

kube::WatchOptions from(const std::string& version) {
  kube::WatchOptions options;
  options.resource_version = version;
  return options;
}

void events_in_order(const Field& field) {
  field.must_create(kConfigMaps, field.config_map("before", {{"mine", "yes"}}));
  const std::string version = list_version(field);
  Json object = field.must_create(kConfigMaps, field.config_map("one", {{"mine", "yes"}}));
  object["data"]["key"] = "other";
  must(field.writer.update(kConfigMaps, Part::Object, object));
  CHECK(field.writer.remove(kConfigMaps, field.key("one")));
  CHECK(shown(watch(field, from(version), 3)) == "Aone Mone Done ");
}

void live_events(const Field& field) {
  const std::string version = list_version(field);
  field.must_create(kConfigMaps, field.config_map("one", {{"mine", "yes"}}));
  const auto events = watch(field, from(version), 2, [&](const Json& object, std::size_t count) {
    CHECK(object["kind"] == "ConfigMap");
    if (count == 1) field.must_create(kConfigMaps, field.config_map("two", {{"mine", "yes"}}));
  });
  CHECK(shown(events) == "Aone Atwo ");
}

void selection_changes(const Field& field) {
  Json object = field.must_create(kConfigMaps, field.config_map("one", {{"mine", "no"}}));
  const std::string version = version_of(object);
  object["metadata"]["labels"]["mine"] = "yes";
  object = must(field.writer.update(kConfigMaps, Part::Object, object));
  object["metadata"]["labels"]["mine"] = "no";
  must(field.writer.update(kConfigMaps, Part::Object, object));
  CHECK(shown(watch(field, from(version), 2)) == "Aone Done ");
}

void from_nothing(const Field& field) {
  field.must_create(kConfigMaps, field.config_map("one", {{"mine", "yes"}}));
  CHECK(shown(watch(field, {}, 1)) == "Aone ");
}

// Up to the bookmark that ends what there was, and one event more; "|" is that bookmark. A server may be
// unable to.
std::string streamed(const Field& field, kube::WatchOptions options, const std::function<void()>& at_end) {
  std::stop_source stop;
  const Watchdog watchdog(stop);
  options.name_space = field.name_space;
  options.send_initial_events = true;
  std::string seen;
  bool ended = false;
  const auto take = [&](WatchEventKind kind, Json&& object) {
    if (kind != WatchEventKind::Bookmark) {
      seen += text_of(object, "/metadata/name") + " ";
      if (ended) stop.request_stop();
    } else if (!ended && text_of(object, "/metadata/annotations/k8s.io~1initial-events-end") == "true") {
      ended = true;
      CHECK_FALSE(version_of(object).empty());
      seen += "| ";
      at_end();
    }
  };
  const Status over = field.reader.watch(kConfigMaps, options, take, stop.get_token());
  if (over) return seen;
  CHECK((over.error().code == Code::Invalid || over.error().code == Code::Internal));
  return "cannot";
}

void streamed_list(const Field& field) {
  field.must_create(kConfigMaps, field.config_map("other", {{"mine", "no"}}));
  kube::WatchOptions options;
  options.label_selector = "mine=yes";
  const auto create = [&](const char* name) {
    field.must_create(kConfigMaps, field.config_map(name, {{"mine", "yes"}}));
  };
  const std::string of_nothing = streamed(field, options, [&] { create("one"); });
  if (of_nothing == "cannot" && field.may_lack_streams) {
    WARN("skipped: this server streams no lists");
    return;
  }
  CHECK(of_nothing == "| one ");
  create("two");
  options.metadata_only = true;
  CHECK(streamed(field, options, [&] { create("three"); }) == "one two | three ");
}

void metadata_only(const Field& field) {
  const std::string version = list_version(field);
  field.must_create(kConfigMaps, field.config_map("one", {{"mine", "yes"}}));
  kube::WatchOptions options = from(version);
  options.metadata_only = true;
  watch(field, options, 1, [](const Json& object, std::size_t) {
    CHECK(object["kind"] == "PartialObjectMetadata");
    CHECK_FALSE(object.contains("data"));
  });
}

void stopped_before(const Field& field) {
  std::stop_source stop;
  stop.request_stop();
  CHECK(field.reader.watch(
      kConfigMaps, from(list_version(field)), [](WatchEventKind, Json&&) {}, stop.get_token()));
}

}  // namespace

const std::vector<Claim>& watch_claims() {
  static const std::vector<Claim> claims = {
      {"a watch shows what happened since its version, in order", events_in_order},
      {"a watch shows what happens while it runs", live_events},
      {"what enters a selection is added, what leaves it is deleted", selection_changes},
      {"a watch from no version begins with what there is", from_nothing},
      {"a watch of metadata has no data", metadata_only},
      {"a streamed list is all that there is, then its end, then what happens", streamed_list},
      {"a watch that is stopped ends without an error", stopped_before}};
  return claims;
}

}  // namespace cw::contract
