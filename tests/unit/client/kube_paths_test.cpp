#include "lib/client/kube_paths.h"

#include <catch2/catch.hpp>

using namespace cw;
using namespace cw::client;

namespace {

constexpr kube::Resource kThings{"example.com", "v1", "things", "Thing"};
constexpr kube::Resource kWide{"", "v1", "wides", "Wide", false};

}  // namespace

TEST_CASE("targets follow the API's scheme") {
  CHECK(collection_target(kThings, "") == "/apis/example.com/v1/things");
  CHECK(collection_target(kThings, "ns") == "/apis/example.com/v1/namespaces/ns/things");
  CHECK(*object_target(kThings, {"ns", "a"}) == "/apis/example.com/v1/namespaces/ns/things/a");
  CHECK(*object_target(kThings, {"ns", "a"}, kube::Part::Status) ==
        "/apis/example.com/v1/namespaces/ns/things/a/status");
  CHECK(*object_target(kWide, {"", "a"}) == "/api/v1/wides/a");
}

TEST_CASE("a name never becomes more than one segment of a path") {
  CHECK(*object_target(kThings, {"ns", "a?b#c d"}) ==
        "/apis/example.com/v1/namespaces/ns/things/a%3Fb%23c%20d");
  for (const char* bad : {"", ".", "..", "a/b", "../b", "a%2fb"}) {
    CAPTURE(bad);
    CHECK_FALSE(object_target(kThings, {"ns", bad}));
    CHECK_FALSE(object_target(kThings, {bad, "a"}));
    CHECK(object_target(kWide, {"", bad}).has_value() == false);
  }
}

TEST_CASE("queries are encoded and empty values left out") {
  CHECK(with_query("/a", {}) == "/a");
  CHECK(with_query("/a", {{"b", ""}, {"c", "x=y,z in (1)"}, {"d", "e&f"}}) ==
        "/a?c=x%3Dy%2Cz%20in%20%281%29&d=e%26f");
  CHECK(with_query("/a", write_query({.field_manager = "me", .dry_run = true})) ==
        "/a?fieldManager=me&dryRun=All");
}
