// Watches that break off in the middle of an issuance: nothing is missed, and nothing is done twice.
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include <catch2/catch.hpp>
#include <simdjson.h>  // decode_certificate has an overload for it

#include "controller/names.h"
#include "lib/api/certificate.h"
#include "lib/api/resources.h"
#include "lib/watch/watch_cache.h"
#include "tests/unit/controller/scene.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only

constexpr int kCount = 10;
constexpr std::chrono::seconds kBound{120};  // of what takes two seconds

// Each watch brings one event and breaks off at the next, which is lost on the way.
class CuttingReader final : public kube::KubeReader {
 public:
  // `cuts` for each resource. Ok: the server ends the stream in order.
  CuttingReader(const kube::KubeReader& inner, std::optional<Code> code, int cuts)
      : inner_(inner), code_(code), cuts_(cuts) {}
  int done() const { return done_; }

  Result<kube::Json> get(const kube::Resource& resource, const kube::ObjectKey& key) const override {
    return inner_.get(resource, key);
  }
  Result<kube::Json> get_path(std::string_view path) const override { return inner_.get_path(path); }
  Result<kube::ObjectList> list(const kube::Resource& resource,
                                const kube::ListOptions& options) const override {
    return inner_.list(resource, options);
  }

  Status watch(const kube::Resource& resource, const kube::WatchOptions& options,
               const kube::OnWatchEvent& on_event, std::stop_token stop) const override {
    std::stop_source cut;
    const std::stop_callback on_stop(stop, [&] { cut.request_stop(); });
    const bool cuts = is_to_be_cut(std::string(resource.plural));
    bool brought_one = false;
    bool is_cut = false;
    const auto pass_on = [&](kube::WatchEventKind kind, kube::Json&& object) {
      is_cut = is_cut || (cuts && brought_one);
      if (is_cut) return static_cast<void>(cut.request_stop());
      brought_one = true;
      on_event(kind, std::move(object));
    };
    const auto ended = inner_.watch(resource, options, pass_on, cut.get_token());
    if (!is_cut) return ended;
    ++done_;
    if (!code_) return Done{};
    return Error{*code_, "cut off"};
  }

 private:
  bool is_to_be_cut(const std::string& plural) const {
    const std::scoped_lock lock(mutex_);
    return begun_[plural]++ < cuts_;
  }

  const kube::KubeReader& inner_;
  std::optional<Code> code_;
  int cuts_;
  mutable std::atomic<int> done_{0};
  mutable std::mutex mutex_;
  mutable std::map<std::string, int> begun_;
};

std::string name_of(int i) { return "web" + std::to_string(i); }

// What is wrong with the first Certificate that is not as it should be.
std::string find_problem(const Scene& scene, int revision) {
  for (int i = 0; i < kCount; ++i) {
    auto problem = what_is_wrong(scene, "mesh", name_of(i), revision);
    if (!problem.empty()) return name_of(i) + ": " + problem;
  }
  return {};
}

std::string wait_for(const Scene& scene, int revision) {
  const auto end = std::chrono::steady_clock::now() + kBound;
  while (true) {
    auto problem = find_problem(scene, revision);
    if (problem.empty() || std::chrono::steady_clock::now() > end) return problem;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void apply_all(Scene& scene, const kube::Json& changes = {}) {
  for (int i = 0; i < kCount; ++i) scene.apply(api::kCertificates, certificate("mesh", name_of(i), changes));
}

}  // namespace

TEST_CASE("watches that are cut in the middle of issuances lose nothing and repeat nothing",
          "[controller][faults]") {
  struct Cut {
    const char* how;
    std::optional<Code> code;
    int count;
  };
  const auto cut = GENERATE(Cut{"the connection is lost", Code::Unavailable, 5},
                            Cut{"the server has forgotten the version", Code::Gone, 15},
                            Cut{"the server ends it", std::nullopt, 15});
  INFO(cut.how);
  Scene scene;
  const CuttingReader reader(scene.kube, cut.code, cut.count);
  const auto on = controller::enabled_controllers(scene.options.controllers);
  controller::Machine machine(scene.options, *on,
                              {.reader = reader,
                               .writer = scene.kube,
                               .clock = scene.clock,
                               .key_maker = scene.key_maker,
                               .events = scene.events});
  machine.start();
  scene.add_ca("mesh");
  apply_all(scene);
  CHECK(wait_for(scene, 1) == "");
  // Comes by the watches alone.
  apply_all(scene, {{"dnsNames", {"new.example.com"}}});
  CHECK(wait_for(scene, 2) == "");
  machine.stop();
  CHECK(scene.creates_of("certificaterequests") == 1 + 2 * kCount);
  CHECK(reader.done() >= 2 * cut.count);
}

TEST_CASE("watch loop: a stream that brought news before it broke is resumed soon, however often",
          "[runtime][faults]") {
  constexpr int kCuts = 7;  // of one outage they would take 25 s
  Scene scene;
  const CuttingReader reader(scene.kube, Code::Unavailable, kCuts);
  watch::WatchCache<api::Certificate> cache(
      reader, api::kCertificates, {},
      [](const kube::Json& json) -> Result<api::Certificate> { return api::decode_certificate(json); });
  const std::jthread thread([&cache](const std::stop_token& stop) { cache.run(stop); });
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; reader.done() < kCuts; ++i) {
    scene.apply(api::kCertificates, certificate("ns", name_of(i)));
    while (cache.objects().find({"ns", name_of(i)}) == nullptr) {
      REQUIRE(std::chrono::steady_clock::now() - begun < kBound);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(20));
}
