#include "controller/runtime/events.h"

#include <thread>

#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/unit/controller/scene.h"

namespace {

using namespace cw;                       // tests only
using namespace cw::controller::runtime;  // tests only
using cw::controller::tests::Scene;

EventSubject subject(const std::string& ns) {
  return {"cert-manager.io/v1", "Certificate", ns, "web", "u", "7"};
}

}  // namespace

TEST_CASE("events: one that comes again within ten minutes is counted, later it is a new one", "[runtime]") {
  Scene scene;
  EventRecorder recorder(scene.kube, api::kEvents, scene.clock, "test");
  const Event event{EventType::Warning, "Failed", "because"};
  const auto happens = [&] {
    recorder.record(subject("ns"), event);
    REQUIRE(recorder.post_next());
  };
  happens();
  scene.clock.advance(std::chrono::minutes(9));
  happens();
  auto events = scene.list(api::kEvents);
  REQUIRE(events.size() == 1);
  CHECK(events[0]["count"] == 2);
  CHECK(events[0]["type"] == "Warning");
  CHECK(events[0]["reason"] == "Failed");
  CHECK(events[0]["source"]["component"] == "test");
  CHECK(events[0]["involvedObject"]["uid"] == "u");
  scene.clock.advance(std::chrono::minutes(11));
  happens();
  CHECK(scene.list(api::kEvents).size() == 2);
}

TEST_CASE("events: one that someone deleted is posted anew", "[runtime]") {
  Scene scene;
  EventRecorder recorder(scene.kube, api::kEvents, scene.clock, "test");
  recorder.record(subject("ns"), {EventType::Normal, "A", "b"});
  recorder.post_next();
  REQUIRE(scene.kube.remove(api::kEvents, {"ns", scene.list(api::kEvents)[0]["metadata"]["name"]}));
  recorder.record(subject("ns"), {EventType::Normal, "A", "b"});
  recorder.post_next();
  CHECK(scene.list(api::kEvents).size() == 1);
}

TEST_CASE("events: those about cluster-scoped objects go to the namespace default", "[runtime]") {
  Scene scene;
  EventRecorder recorder(scene.kube, api::kEvents, scene.clock, "test");
  recorder.record(subject(""), {EventType::Normal, "A", "b"});
  recorder.post_next();
  CHECK(scene.list(api::kEvents).at(0)["metadata"]["namespace"] == "default");
}

TEST_CASE("events: a flood drops the oldest and never fails", "[runtime]") {
  Scene scene;
  scene.kube.fail_when([](const contract::Call&) { return Error{Code::Unavailable, "down"}; });
  EventRecorder recorder(scene.kube, api::kEvents, scene.clock, "test");
  for (int i = 0; i < 10000; ++i) recorder.record(subject("ns"), {EventType::Normal, "A", std::to_string(i)});
  int posted = 0;
  while (recorder.post_next()) ++posted;
  CHECK(posted < 10000);
}

TEST_CASE("events: one that is held gives way to a later one of its reason", "[runtime]") {
  Scene scene;
  EventRecorder recorder(scene.kube, api::kEvents, scene.clock, "test");
  recorder.record(subject("ns"), {EventType::Normal, "Issuing", "begins", std::chrono::hours(1)});
  recorder.record(subject("ns"), {EventType::Normal, "Other", "meanwhile"});
  recorder.record(subject("ns"), {EventType::Normal, "Issuing", "done"});
  while (recorder.post_next()) {
  }
  const auto events = scene.list(api::kEvents);
  REQUIRE(events.size() == 2);
  for (const auto& event : events) CHECK(event["message"] != "begins");
}

TEST_CASE("events: one that is held is posted when its time comes, or at the end", "[runtime]") {
  const auto hold = GENERATE(std::chrono::milliseconds(20), std::chrono::milliseconds(3'600'000));
  Scene scene;
  EventRecorder recorder(scene.kube, api::kEvents, scene.clock, "test");
  recorder.record(subject("ns"), {EventType::Normal, "Issuing", "begins", hold});
  if (hold > std::chrono::seconds(1)) CHECK_FALSE(recorder.post_next());
  recorder.start();
  if (hold < std::chrono::seconds(1)) {
    for (int i = 0; i < 3000 && scene.list(api::kEvents).empty(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    CHECK(scene.list(api::kEvents).size() == 1);
  }
  recorder.stop();
  CHECK(scene.list(api::kEvents).size() == 1);
}
