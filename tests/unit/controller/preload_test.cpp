// A start with many Certificates reads their Secrets in one list.
#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/unit/controller/scene.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only
using contract::Verb;

}  // namespace

TEST_CASE("a start with many Certificates reads no Secret by itself, and writes nothing", "[controller]") {
  constexpr int kMany = 60;
  Scene scene;
  scene.add_ca("mesh");
  scene.settle();
  for (int i = 0; i < kMany; ++i) {
    scene.apply(api::kCertificates, certificate("mesh", "leaf-" + std::to_string(i),
                                                {{"secretName", "leaf-" + std::to_string(i)}}));
  }
  scene.settle();
  scene.kube.forget_writes();
  std::atomic<int> reads{0};
  std::atomic<int> lists{0};
  scene.kube.fail_when([&](const contract::Call& call) -> std::optional<Error> {
    if (call.plural == "secrets" && call.verb == Verb::Get && call.key.name.starts_with("leaf-")) ++reads;
    if (call.plural == "secrets" && call.verb == Verb::List) ++lists;
    return std::nullopt;
  });
  const auto machine = scene.controller();
  machine->start();
  const auto looked_at = [&] {
    const auto counts = machine->counts();
    return std::any_of(counts.begin(), counts.end(), [](const auto& named) {
      return named.controller == "certificates-trigger" && named.counts.calls > kMany;
    });
  };
  for (int i = 0; i < 6000 && !looked_at(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(looked_at());
  machine->stop();
  CHECK(reads == 0);
  CHECK(lists >= 1);
  CHECK(scene.kube.writes().empty());
}
