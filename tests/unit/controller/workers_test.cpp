#include "controller/runtime/workers.h"

#include <stdexcept>

#include <catch2/catch.hpp>

namespace {

using namespace cw;                       // tests only
using namespace cw::controller::runtime;  // tests only

const kube::ObjectKey kA{"ns", "a"};

struct Bench {
  ManualClock clock{TimePoint{}};
  WorkQueue queue{clock, {.first = std::chrono::hours(1), .last = std::chrono::hours(1)}};
};

}  // namespace

TEST_CASE("workers: an exception ends the pass, which is tried again", "[runtime]") {
  Bench bench;
  Workers workers("test", bench.queue,
                  [](const kube::ObjectKey&) -> Result<Outcome> { throw std::runtime_error("boom"); });
  bench.queue.add(kA);
  workers.process(*bench.queue.try_take());
  CHECK(workers.counts().errors == 1);
  CHECK(bench.queue.try_take() == kA);
}

TEST_CASE("workers: a conflict is tried again and is no error", "[runtime]") {
  Bench bench;
  Workers workers("test", bench.queue,
                  [](const kube::ObjectKey&) -> Result<Outcome> { return Error{Code::Conflict, "changed"}; });
  bench.queue.add(kA);
  workers.process(*bench.queue.try_take());
  CHECK(workers.counts().calls == 1);
  CHECK(workers.counts().errors == 0);
  CHECK(bench.queue.try_take() == kA);
}

TEST_CASE("workers: a success comes back at the date it names, and only then", "[runtime]") {
  Bench bench;
  Workers workers("test", bench.queue, [&](const kube::ObjectKey&) -> Result<Outcome> {
    return Outcome{.again_at = TimePoint{std::chrono::seconds(10)}};
  });
  bench.queue.add(kA);
  workers.process(*bench.queue.try_take());
  CHECK_FALSE(bench.queue.try_take());
  bench.clock.advance(std::chrono::seconds(10));
  CHECK(bench.queue.try_take() == kA);
}

TEST_CASE("workers: a pass that was too early leaves the plan as it was, and makes one where there is none",
          "[runtime]") {
  Bench bench;
  Outcome next{.again_at = TimePoint{std::chrono::seconds(10)}};
  Workers workers("test", bench.queue, [&](const kube::ObjectKey&) -> Result<Outcome> { return next; });
  const bool planned = GENERATE(true, false);
  if (!planned) next.again_at.reset();
  bench.queue.add(kA);
  workers.process(*bench.queue.try_take());
  next = {.again_after = std::chrono::hours(1), .undisturbed = true};
  bench.queue.add(kA);
  workers.process(*bench.queue.try_take());
  CHECK(bench.queue.try_take().has_value() == !planned);  // delays are not waited for here, dates are
  if (!planned) return;
  bench.clock.advance(std::chrono::seconds(10));
  CHECK(bench.queue.try_take() == kA);
}

TEST_CASE("workers: a success comes back after the time it names", "[runtime]") {
  Bench bench;
  Workers workers("test", bench.queue, [&](const kube::ObjectKey&) -> Result<Outcome> {
    return Outcome{.again_after = std::chrono::milliseconds(200)};
  });
  bench.queue.add(kA);
  workers.process(*bench.queue.try_take());
  CHECK(bench.queue.try_take() == kA);
}
