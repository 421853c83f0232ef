#include "lib/kube/watch_line.h"

#include <catch2/catch.hpp>

using namespace cw;  // tests only

TEST_CASE("watch line: its head tells the object and the version", "[kube]") {
  const auto head = kube::peek_watch_line(
      R"({"type":"MODIFIED","object":{"metadata":{"namespace":"n","name":"a","resourceVersion":"42"}}})");
  REQUIRE(head);
  CHECK(head->key == kube::ObjectKey{"n", "a"});
  CHECK(head->version == 42);
  CHECK_FALSE(head->is_deletion);
  CHECK(kube::peek_watch_line(R"({"type":"DELETED","object":{"metadata":{}}})")->is_deletion);
}

TEST_CASE("watch line: what is no event about an object has no head", "[kube]") {
  for (const char* line : {"", "{", "[]", "7", R"({"type":"BOOKMARK","object":{"metadata":{}}})",
                           R"({"type":"ERROR","object":{"metadata":{}}})", R"({"type":"ADDED"})",
                           R"({"type":7,"object":{"metadata":{}}})", R"({"object":{"metadata":{}}})"}) {
    INFO(line);
    CHECK_FALSE(kube::peek_watch_line(line));
  }
  CHECK(
      kube::peek_watch_line(R"({"type":"ADDED","object":{"metadata":{"resourceVersion":"1x"}}})")->version ==
      0);
}
