// The patch that stamps the requester: minimal, and right after it is applied.
#include <catch2/catch.hpp>

#include "tests/unit/webhook/admission_case.h"

using namespace cw;  // tests only
using test::Json;

namespace {

Json stamp(const Json& object_patch, const Json& user) {
  const Json base = test::read_case_file("base/request");
  const Json one_case{{"step", "mutate"}, {"object", object_patch}, {"user", user}};
  const webhook::Verdict verdict = test::judge(base, one_case);
  REQUIRE(verdict.allowed());
  Json object = base["object"];
  object.merge_patch(object_patch);
  if (!verdict.patch.empty()) object = object.patch(Json::parse(verdict.patch));
  return object["spec"];
}

std::size_t operations(const Json& object_patch, const Json& user) {
  const Json base = test::read_case_file("base/request");
  const webhook::Verdict verdict =
      test::judge(base, {{"step", "mutate"}, {"object", object_patch}, {"user", user}});
  return verdict.patch.empty() ? 0 : Json::parse(verdict.patch).size();
}

const Json kJane{
    {"username", "jane"}, {"uid", "u1"}, {"groups", {"dev", "ops"}}, {"extra", {{"k", {"a", "b"}}}}};

}  // namespace

TEST_CASE("mutate: an object that names its creator already gets no patch", "[webhook]") {
  CHECK(operations(Json::object(), kJane) == 0);
}

TEST_CASE("mutate: what a client claims to be is overwritten", "[webhook]") {
  const Json eve{{"username", "eve"}, {"uid", "e"}, {"groups", {"x"}}};
  const Json spec = stamp(Json::object(), eve);
  CHECK(spec["username"] == "eve");
  CHECK(spec["uid"] == "e");
  CHECK(spec["groups"] == Json{"x"});
  CHECK_FALSE(spec.contains("extra"));
  CHECK(operations(Json::object(), eve) == 4);
}

TEST_CASE("mutate: members of the wrong type and null are replaced", "[webhook]") {
  const Json spec = stamp({{"spec", {{"username", 5}, {"groups", {{"a", 1}}}, {"extra", "x"}}}}, kJane);
  CHECK(spec["username"] == "jane");
  CHECK(spec["groups"] == kJane["groups"]);
  CHECK(spec["extra"] == kJane["extra"]);
}

TEST_CASE("mutate: a user without groups is stamped as an empty list, without uid as an empty text",
          "[webhook]") {
  const Json spec = stamp({{"spec", {{"groups", nullptr}, {"uid", nullptr}}}}, Json::object());
  CHECK(spec["groups"] == Json::array());
  CHECK(spec["uid"] == "");
  CHECK(spec["username"] == "");
}

TEST_CASE("mutate: a missing spec is made", "[webhook]") {
  const Json spec = stamp({{"spec", nullptr}}, kJane);
  CHECK(spec == kJane);
}

TEST_CASE("mutate: an update and other kinds are left alone", "[webhook]") {
  const Json request = test::read_case_file("base/request");
  const Json certificate = test::read_case_file("base/certificate");
  const Json eve{{"username", "eve"}};
  CHECK(test::judge(request,
                    {{"step", "mutate"}, {"operation", "UPDATE"}, {"old", Json::object()}, {"user", eve}})
            .patch.empty());
  CHECK(test::judge(certificate, {{"step", "mutate"}, {"user", eve}}).patch.empty());
}
