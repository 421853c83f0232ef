// WatchLoop, WatchCache and WriteThrough against an API server in memory.
#include <thread>

#include <catch2/catch.hpp>
#include <simdjson.h>  // decode_certificate has an overload for it

#include "controller/runtime/write_through.h"
#include "lib/api/certificate.h"
#include "lib/api/resources.h"
#include "lib/watch/secret_meta.h"
#include "lib/watch/watch_cache.h"
#include "tests/unit/controller/scene.h"

namespace {

using namespace cw;                       // tests only
using namespace cw::controller::tests;    // tests only
using namespace cw::controller::runtime;  // tests only
using namespace cw::watch;                // tests only

using CertificateCache = WatchCache<api::Certificate>;

Result<api::Certificate> decode(const kube::Json& json) { return api::decode_certificate(json); }

// Runs a cache on a thread of its own until the end of the scope.
class Following {
 public:
  explicit Following(CertificateCache& cache)
      : thread_([&cache](const std::stop_token& stop) { cache.run(stop); }) {}

 private:
  std::jthread thread_;
};

template <typename Condition>
void until(Condition condition) {
  while (!condition()) std::this_thread::yield();
}

}  // namespace

TEST_CASE("watch cache: what was there and what comes later is found", "[runtime]") {
  Scene scene;
  scene.apply(api::kCertificates, certificate("ns", "old"));
  CertificateCache cache(scene.kube, api::kCertificates, {}, decode);
  const Following following(cache);
  until([&] { return cache.synced(); });
  CHECK(cache.objects().find({"ns", "old"}));
  scene.apply(api::kCertificates, certificate("ns", "new"));
  until([&] { return cache.objects().find({"ns", "new"}) != nullptr; });
  REQUIRE(scene.kube.remove(api::kCertificates, {"ns", "old"}));
  until([&] { return cache.objects().find({"ns", "old"}) == nullptr; });
}

TEST_CASE("watch cache: a forgotten version (410) makes it list again", "[runtime]") {
  Scene scene;
  CertificateCache cache(scene.kube, api::kCertificates, {}, decode);
  const Following following(cache);
  until([&] { return cache.synced(); });
  scene.apply(api::kCertificates, certificate("ns", "a"));
  scene.kube.compact();
  scene.kube.end_watches();
  scene.apply(api::kCertificates, certificate("ns", "b"));
  until([&] { return cache.objects().find({"ns", "b"}) != nullptr; });
  CHECK(cache.objects().find({"ns", "a"}));
}

TEST_CASE("watch cache: it lives through an API server that cannot be reached", "[runtime]") {
  Scene scene;
  scene.apply(api::kCertificates, certificate("ns", "a"));
  std::atomic<int> refused{0};
  scene.kube.fail_when([&](const contract::Call&) -> std::optional<Error> {
    if (refused++ < 2) return Error{Code::Unavailable, "connection refused"};
    return std::nullopt;
  });
  CertificateCache cache(scene.kube, api::kCertificates, {}, decode);
  const Following following(cache);
  until([&] { return cache.objects().find({"ns", "a"}) != nullptr; });
}

TEST_CASE("write-through: the answer to a write is known before the call returns", "[runtime]") {
  Scene scene;
  CertificateCache cache(scene.kube, api::kCertificates, {}, decode);
  WriteThrough writer(scene.kube);
  writer.feed(cache);
  const auto created = writer.create(api::kCertificates, certificate("ns", "a"), {});
  REQUIRE(created);
  const auto known = cache.objects().find({"ns", "a"});
  REQUIRE(known);
  CHECK(known->metadata.resource_version == (*created)["metadata"]["resourceVersion"]);
  kube::WriteOptions dry;
  dry.dry_run = true;
  REQUIRE(writer.merge_patch(api::kCertificates, {"ns", "a"}, kube::Part::Object,
                             {{"spec", {{"commonName", "x"}}}}, dry));
  CHECK(cache.objects().find({"ns", "a"})->spec.common_name.empty());
  REQUIRE(writer.remove(api::kCertificates, {"ns", "a"}, {}));
  CHECK_FALSE(cache.objects().find({"ns", "a"}));
  CHECK(writer.remove(api::kCertificates, {"ns", "a"}, {}));  // it is gone: that is what was wanted
}

TEST_CASE("secret metadata: of a Secret that is not ours only its version is kept", "[runtime]") {
  const auto foreign = decode_secret_meta({{"metadata",
                                            {{"name", "x"},
                                             {"resourceVersion", "12"},
                                             {"labels", {{"app", "y"}}},
                                             {"annotations", {{"a", "b"}}}}}});
  REQUIRE(foreign);
  CHECK(foreign->version == 12);
  CHECK_FALSE(foreign->details);
  const auto ours =
      decode_secret_meta({{"metadata",
                           {{"name", "x"},
                            {"uid", "u"},
                            {"resourceVersion", "13"},
                            {"labels", {{"cert-manager.io/next-private-key", "true"}, {"app", "y"}}},
                            {"ownerReferences",
                             {{{"apiVersion", "v1"},
                               {"kind", "Certificate"},
                               {"name", "c"},
                               {"uid", "o"},
                               {"controller", true}}}}}}});
  REQUIRE((ours && ours->details));
  CHECK(ours->details->uid == "u");
  CHECK(ours->details->controller_name == "c");
  CHECK(ours->details->labels.size() == 1);
}
