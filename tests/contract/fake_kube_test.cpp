#include "tests/contract/fake_kube.h"

#include <thread>

#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/contract/kube_client_contract.h"

using namespace cw;
using namespace cw::contract;
using kube::Json;

namespace {

const ManualClock kClock(TimePoint(std::chrono::seconds(1'700'000'000)));

Json config_map(const std::string& name) {
  return {{"metadata", {{"name", name}, {"namespace", "ns"}}}, {"data", {{"a", "b"}}}};
}

}  // namespace

TEST_CASE("the fake does what every API server does") {
  FakeKube fake(kClock);
  check_kube_client({.reader = fake, .writer = fake});
}

TEST_CASE("the fake tells its writes and lets a test make one fail") {
  FakeKube fake(kClock);
  REQUIRE(fake.create(api::kConfigMaps, config_map("one"), {.field_manager = "tester"}));
  const auto writes = fake.writes();
  REQUIRE(writes.size() == 1);
  CHECK(writes[0] == Call{.verb = Verb::Create,
                          .plural = "configmaps",
                          .key = {"ns", "one"},
                          .part = kube::Part::Object,
                          .field_manager = "tester"});
  fake.fail_when([](const Call& call) -> std::optional<Error> {
    if (call.verb != Verb::Delete) return std::nullopt;
    return Error{Code::Unavailable, "not now"};
  });
  const Status removed = fake.remove(api::kConfigMaps, {"ns", "one"});
  REQUIRE_FALSE(removed);
  CHECK(removed.error().code == Code::Unavailable);
}

TEST_CASE("a watch from before a compaction is Gone") {
  FakeKube fake(kClock);
  REQUIRE(fake.create(api::kConfigMaps, config_map("one")));
  fake.compact();
  kube::WatchOptions old;
  old.resource_version = "1";
  const Status ended = fake.watch(api::kConfigMaps, old, [](kube::WatchEventKind, Json&&) {}, {});
  REQUIRE_FALSE(ended);
  CHECK(ended.error().code == Code::Gone);
}

TEST_CASE("watches that the server ends are told where to go on") {
  FakeKube fake(kClock);
  kube::WatchOptions options;
  options.resource_version = fake.list(api::kConfigMaps, {})->resource_version;
  REQUIRE(fake.create(api::kConfigMaps, config_map("one")));
  std::string next;
  CHECK(fake.watch(api::kConfigMaps, options,
                   [&](kube::WatchEventKind kind, Json&& object) {
                     if (kind == kube::WatchEventKind::Added) fake.end_watches();
                     if (kind == kube::WatchEventKind::Bookmark) next = object["metadata"]["resourceVersion"];
                   },
                   {}));
  CHECK(next == fake.list(api::kConfigMaps, {})->resource_version);
}
