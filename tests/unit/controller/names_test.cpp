#include "controller/names.h"

#include <catch2/catch.hpp>

#include "controller/settings.h"

namespace {

using namespace cw;              // tests only
using namespace cw::controller;  // tests only

}  // namespace

TEST_CASE("--controllers: a star is all that are on by default, exclusions always win", "[controller]") {
  CHECK(enabled_controllers({"*"})->size() == 18);
  CHECK(enabled_controllers({"-orders"})->size() == 17);
  CHECK(enabled_controllers({})->size() == 18);
  CHECK_FALSE(enabled_controllers({"-issuers", "*"})->contains("issuers"));
  CHECK(*enabled_controllers({"issuers"}) == std::set<std::string>{"issuers"});
  CHECK(enabled_controllers({"*", "gateway-shim"})->contains("gateway-shim"));
}

TEST_CASE("--controllers: an unknown name is refused by name", "[controller]") {
  const auto wrong = enabled_controllers({"*", "-listenerset"});
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == Code::Invalid);
  CHECK_THAT(wrong.error().message, Catch::Contains("-listenerset"));
}

TEST_CASE("--controllers: each name switches its part", "[controller]") {
  const auto on = *enabled_controllers(
      {"*", "-certificates-issuing", "-certificaterequests-issuer-ca", "-certificaterequests-approver"});
  const auto settings = certificate_settings({}, on);
  CHECK(settings.stages.trigger);
  CHECK_FALSE(settings.stages.issue);
  const auto duties = request_duties(on);
  CHECK_FALSE(duties.approve);
  CHECK(duties.sign);
  CHECK(duties.left_to_others == std::set<issuers::IssuerType>{issuers::IssuerType::Ca});
}
