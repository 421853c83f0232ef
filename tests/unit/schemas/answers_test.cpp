#include "tests/unit/schemas/answers.h"

#include <cstdlib>
#include <iostream>

#include <catch2/catch.hpp>

using namespace cw::schemas::testing;  // NOLINT(google-build-using-namespace)

namespace {

int count_differences(const std::string& path) {
  int differing = 0;
  int cases = 0;
  for (const auto& test_case : read_lines(path)) {
    ++cases;
    const std::string text = difference(test_case);
    if (text.empty()) continue;
    if (++differing <= 100)
      std::cout << test_case.at("id") << ": " << test_case.at("text") << "\n  " << text << "\n";
  }
  std::cout << path << ": " << cases - differing << " of " << cases << " agree\n";
  return differing;
}

}  // namespace

TEST_CASE("the engine answers as a real kube-apiserver did") {
  CHECK(count_differences(CW_TEST_DATA "/schemas/answers.jsonl") == 0);
}

// Any other recording: CW_ANSWERS=FILE.
TEST_CASE("the engine answers as in the file named by CW_ANSWERS", "[.recording]") {
  const char* path = std::getenv("CW_ANSWERS");  // NOLINT(concurrency-mt-unsafe)
  REQUIRE(path != nullptr);
  CHECK(count_differences(path) == 0);
}
