// Each tests/data/explain/NAME.yaml is a world with one Certificate in it; NAME.txt is what explain says of
// it.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "cli/explain/explanation.h"
#include "lib/base/file.h"
#include "tests/unit/explain/manifests.h"

using namespace cw;  // NOLINT(google-build-using-namespace)
namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& path) {
  const auto text = read_file(path.string(), 1UL << 20U);
  return text ? *text : std::string();
}

std::string explained(const fs::path& path) {
  const auto all = tests::manifests(content(path));
  auto request = cli::explain::pick_request(all, "");
  REQUIRE(request);
  const auto world = cli::explain::OfflineWorld::from(all, "default");
  REQUIRE(world);
  const policy::Options options{.on = true};
  return text_of(cli::explain::explain_offline(*request, **world, options, {}));
}

}  // namespace

TEST_CASE("a report says what it has said") {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(std::string(CW_TEST_DATA) + "/explain")) {
    if (entry.path().extension() != ".yaml") continue;
    ++count;
    INFO(entry.path().filename().string());
    fs::path expected = entry.path();
    CHECK(explained(entry.path()) == content(expected.replace_extension(".txt")));
  }
  CHECK(count >= 10);
}
