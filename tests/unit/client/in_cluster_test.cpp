#include <catch2/catch.hpp>

#include "lib/client/kubeconfig.h"
#include "tests/unit/client/scratch_directory.h"

using cw::Code;
using cw::client::in_cluster;
using cw::client::test::ScratchDirectory;

TEST_CASE("a pod finds its cluster, its token and its namespace") {
  const ScratchDirectory directory;
  directory.write("ca.crt", "CA");
  directory.write("token", "T");
  directory.write("namespace", "team");
  const auto access = in_cluster({.host = "10.96.0.1", .port = "443", .directory = directory.path()});
  REQUIRE(access);
  CHECK(access->http.base_url == "https://10.96.0.1:443");
  CHECK(access->http.ca_pem == "CA");
  CHECK(access->http.bearer_token_file == directory.path() + "/token");
  CHECK(access->name_space == "team");
}

TEST_CASE("an IPv6 service address gets its brackets") {
  const ScratchDirectory directory;
  directory.write("ca.crt", "CA");
  const auto access = in_cluster({.host = "fd00::1", .port = "443", .directory = directory.path()});
  REQUIRE(access);
  CHECK(access->http.base_url == "https://[fd00::1]:443");
}

TEST_CASE("outside of a pod the error says what to do") {
  const auto access = in_cluster({.host = "", .port = ""});
  REQUIRE_FALSE(access);
  CHECK(access.error().code == Code::Invalid);
  CHECK(access.error().message.find("--kubeconfig") != std::string::npos);
}
