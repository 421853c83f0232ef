// WatchLoop, WatchCache and WriteThrough against an API server in memory.
#include <atomic>
#include <thread>

#include <catch2/catch.hpp>
#include <simdjson.h>  // decode_certificate has an overload for it

#include "controller/runtime/write_through.h"
#include "lib/api/certificate.h"
#include "lib/api/resources.h"
#include "lib/base/pause.h"
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

// Streams one object of the list and then fails to end it; the pages have another.
class ScriptedStream final : public kube::KubeReader {
 public:
  enum class Ending : std::uint8_t { Closed, Broken, PlainBookmark, WentBack };
  Ending ending = Ending::Closed;
  mutable std::atomic<int> lists{0};
  mutable std::atomic<bool> was_left{true};  // what broke off was asked for no more

  static kube::Json object(const std::string& name, const std::string& version) {
    auto made = certificate("ns", name);
    made["metadata"]["resourceVersion"] = version;
    return made;
  }

  Result<kube::Json> get(const kube::Resource&, const kube::ObjectKey&) const override {
    return Error{Code::NotFound, "none"};
  }
  Result<kube::Json> get_path(std::string_view) const override { return Error{Code::NotFound, "none"}; }
  Result<kube::ObjectList> list(const kube::Resource&, const kube::ListOptions&) const override {
    ++lists;
    // Older than what is known if it went back.
    const std::string version = ending == Ending::WentBack ? "20" : "60";
    return kube::ObjectList{{object("listed", "15")}, version};
  }
  Status watch(const kube::Resource&, const kube::WatchOptions& options, const kube::OnWatchEvent& on_event,
               std::stop_token stop) const override {
    if (!options.send_initial_events) {
      pause(stop, std::chrono::hours(1));
      return Done{};
    }
    on_event(kube::WatchEventKind::Added, object("streamed", "10"));
    if (ending == Ending::Closed) return Done{};
    if (ending == Ending::Broken) return Error{Code::Unavailable, "cut off"};
    kube::Json bookmark = {{"metadata", {{"resourceVersion", "20"}}}};
    if (ending == Ending::WentBack) {
      bookmark["metadata"]["annotations"] = {{"k8s.io/initial-events-end", "true"}};
    }
    on_event(kube::WatchEventKind::Bookmark, std::move(bookmark));
    was_left = stop.stop_requested();
    return Done{};
  }
};

template <typename Condition>
void until(Condition condition) {
  while (!condition()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
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

TEST_CASE("watch cache: a server that streams lists is asked for no pages, also after a 410", "[runtime]") {
  Scene scene;
  scene.apply(api::kCertificates, certificate("ns", "old"));
  std::atomic<int> lists{0};
  scene.kube.fail_when([&](const contract::Call& call) -> std::optional<Error> {
    if (call.verb == contract::Verb::List) ++lists;
    return std::nullopt;
  });
  CertificateCache cache(scene.kube, api::kCertificates, {}, decode);
  const Following following(cache);
  until([&] { return cache.synced(); });
  CHECK(cache.objects().find({"ns", "old"}));
  // Old goes while nobody looks.
  scene.kube.end_watches();
  REQUIRE(scene.kube.remove(api::kCertificates, {"ns", "old"}));
  scene.apply(api::kCertificates, certificate("ns", "new"));
  scene.kube.compact();
  until([&] { return cache.objects().find({"ns", "new"}) && !cache.objects().find({"ns", "old"}); });
  CHECK(lists == 0);
}

TEST_CASE("watch cache: what a server without streamed lists has comes in pages", "[runtime]") {
  Scene scene;
  scene.apply(api::kCertificates, certificate("ns", "old"));
  scene.kube.refuse_streamed_lists();
  std::atomic<int> refused{0};
  std::atomic<int> lists{0};
  scene.kube.fail_when([&](const contract::Call& call) -> std::optional<Error> {
    if (call.verb == contract::Verb::List) ++lists;
    if (call.verb == contract::Verb::Watch && lists == 0) ++refused;
    return std::nullopt;
  });
  CertificateCache cache(scene.kube, api::kCertificates, {}, decode);
  const Following following(cache);
  until([&] { return cache.synced(); });
  CHECK(cache.objects().find({"ns", "old"}));
  CHECK(refused == 1);
  scene.apply(api::kCertificates, certificate("ns", "new"));
  until([&] { return cache.objects().find({"ns", "new"}) != nullptr; });
  CHECK(lists == 1);
}

TEST_CASE("watch loop: a stream that breaks before its end counts for nothing, and pages come instead",
          "[runtime]") {
  ScriptedStream server;
  const auto ending = GENERATE(ScriptedStream::Ending::Closed, ScriptedStream::Ending::Broken,
                               ScriptedStream::Ending::PlainBookmark, ScriptedStream::Ending::WentBack);
  server.ending = ending;
  CertificateCache cache(server, api::kCertificates, {}, decode);
  cache.take(ScriptedStream::object("known", "50"));
  const Following following(cache);
  until([&] { return cache.synced(); });
  CHECK(server.lists == 1);
  CHECK(server.was_left);
  CHECK(cache.objects().find({"ns", "listed"}));
  CHECK_FALSE(cache.objects().find({"ns", "known"}));
  CHECK_FALSE(cache.objects().find({"ns", "streamed"}));
}

TEST_CASE("watch cache: what it is not to keep is not decoded, whichever way it comes", "[runtime]") {
  Scene scene;
  scene.apply(api::kCertificates, certificate("mine", "a"));
  scene.apply(api::kCertificates, certificate("other", "b"));
  if (GENERATE(true, false)) scene.kube.refuse_streamed_lists();
  std::atomic<int> decoded{0};
  CertificateCache cache(scene.kube, api::kCertificates, {}, [&](const kube::Json& json) {
    ++decoded;
    return decode(json);
  });
  cache.keep_only([](const kube::ObjectKey& key) { return key.name_space == "mine"; });
  const Following following(cache);
  until([&] { return cache.synced(); });
  scene.apply(api::kCertificates, certificate("other", "c"));
  scene.apply(api::kCertificates, certificate("mine", "d"));
  until([&] { return cache.objects().find({"mine", "d"}) != nullptr; });
  cache.take(certificate("other", "e"));
  CHECK(decoded == 2);
  CHECK(cache.objects().size() == 2);
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
  CHECK(kube::Json(known->metadata.resource_version) == (*created)["metadata"]["resourceVersion"]);
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
  const auto target = decode_secret_meta(
      {{"metadata", {{"name", "x"}, {"labels", {{"controller.cert-manager.io/fao", "true"}}}}}});
  REQUIRE(target);
  CHECK_FALSE(target->details);
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
