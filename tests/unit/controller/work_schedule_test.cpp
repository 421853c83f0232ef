#include "controller/runtime/work_schedule.h"

#include <array>
#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "controller/runtime/work_queue.h"

namespace {

using namespace cw;  // tests only
using namespace cw;
using namespace cw::controller::runtime;  // tests only
using std::chrono::seconds;

const kube::ObjectKey kA{"ns", "a"};
const kube::ObjectKey kB{"ns", "b"};
const SteadyTime kNow{};
const TimePoint kWall{};

}  // namespace

TEST_CASE("schedule: a key waits once, however often it is added", "[runtime]") {
  WorkSchedule schedule;
  schedule.add(kA);
  schedule.add(kA);
  CHECK(schedule.take() == kA);
  CHECK_FALSE(schedule.take());
}

TEST_CASE("schedule: a key is not handed out twice at a time, but comes back if it was added meanwhile",
          "[runtime]") {
  WorkSchedule schedule;
  schedule.add(kA);
  REQUIRE(schedule.take() == kA);
  schedule.add(kA);
  CHECK_FALSE(schedule.take());
  schedule.done(kA);
  CHECK(schedule.take() == kA);
  schedule.done(kA);
  CHECK(schedule.idle());
}

TEST_CASE("schedule: first come, first served", "[runtime]") {
  WorkSchedule schedule;
  schedule.add(kB);
  schedule.add(kA);
  CHECK(schedule.take() == kB);
  CHECK(schedule.take() == kA);
}

TEST_CASE("schedule: delays and dates come when they are due, the later setting counts", "[runtime]") {
  WorkSchedule schedule;
  schedule.add_after(kA, kNow + seconds(5));
  schedule.add_after(kA, kNow + seconds(9));
  schedule.add_at(kB, kWall + seconds(100));
  schedule.release(kNow + seconds(5), kWall);
  CHECK_FALSE(schedule.take());
  CHECK(schedule.next_delay() == kNow + seconds(9));
  schedule.release(kNow + seconds(9), kWall + seconds(100));
  CHECK(schedule.take() == kA);
  CHECK(schedule.take() == kB);
  CHECK_FALSE(schedule.next_delay());
  CHECK_FALSE(schedule.next_date());
}

TEST_CASE("schedule: a date that is cancelled does not come", "[runtime]") {
  WorkSchedule schedule;
  schedule.add_at(kA, kWall + seconds(1));
  schedule.cancel_at(kA);
  schedule.release(kNow, kWall + seconds(2));
  CHECK_FALSE(schedule.take());
}

TEST_CASE("back-off doubles from the first delay to the last and stays there", "[runtime]") {
  const BackOff back_off{.first = seconds(1), .last = seconds(30)};
  CHECK(delay_after(back_off, 0) == seconds(1));
  CHECK(delay_after(back_off, 1) == seconds(2));
  CHECK(delay_after(back_off, 4) == seconds(16));
  CHECK(delay_after(back_off, 5) == seconds(30));
  CHECK(delay_after(back_off, 4000000000U) == seconds(30));
}

TEST_CASE("schedule: failures are counted for each key until they are forgotten", "[runtime]") {
  WorkSchedule schedule;
  CHECK(schedule.failed(kA) == 0);
  CHECK(schedule.failed(kA) == 1);
  CHECK(schedule.failed(kB) == 0);
  schedule.forget(kA);
  CHECK(schedule.failed(kA) == 0);
}

TEST_CASE("queue: a date is read from the injected clock", "[runtime]") {
  ManualClock clock(kWall);
  WorkQueue queue(clock, {});
  queue.set_date(kA, kWall + seconds(60));
  CHECK_FALSE(queue.try_take());
  clock.advance(seconds(60));
  CHECK(queue.try_take() == kA);
  queue.done(kA);
  queue.set_date(kA, kWall + seconds(61));
  queue.set_date(kA, std::nullopt);
  clock.advance(seconds(60));
  CHECK_FALSE(queue.try_take());
}

TEST_CASE("queue: take returns nothing once stop is asked, and a key that another thread adds", "[runtime]") {
  const ManualClock clock(kWall);
  WorkQueue queue(clock, {});
  std::optional<kube::ObjectKey> first;
  std::optional<kube::ObjectKey> second;
  std::jthread worker([&](const std::stop_token& stop) {
    first = queue.take(stop);
    second = queue.take(stop);
  });
  queue.add(kA);
  while (queue.waiting() > 0) std::this_thread::yield();
  worker.request_stop();
  worker.join();
  CHECK(first == kA);
  CHECK_FALSE(second);
}

TEST_CASE("queue: many threads do every key exactly once each time it was added", "[runtime]") {
  const ManualClock clock(kWall);
  WorkQueue queue(clock, {});
  std::array<std::atomic<int>, 50> done{};
  std::atomic<int> total{0};
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 4; ++i) {
      workers.emplace_back([&](const std::stop_token& stop) {
        while (auto key = queue.take(stop)) {
          ++done.at(static_cast<std::size_t>(std::stoi(key->name)));
          ++total;
          queue.done(*key);
        }
      });
    }
    for (int i = 0; i < 50; ++i) queue.add({"", std::to_string(i)});
    while (total < 50) std::this_thread::yield();
  }
  for (const auto& count : done) CHECK(count == 1);
}

TEST_CASE("schedule: what is under way goes first, and what has not begun has its turn", "[runtime]") {
  WorkSchedule schedule;
  schedule.add({"ns", "new"}, Turn::Later);
  for (int i = 0; i < 40; ++i) schedule.add({"ns", "going-" + std::to_string(i)});
  CHECK(schedule.waiting() == 41);
  std::size_t place = 0;
  while (schedule.take()->name != "new") ++place;
  CHECK(place > 8);
  CHECK(place < 40);
  schedule.done({"ns", "new"});
  while (const auto key = schedule.take()) schedule.done(*key);
  schedule.add({"ns", "other"}, Turn::Later);
  CHECK(schedule.take()->name == "other");
}
