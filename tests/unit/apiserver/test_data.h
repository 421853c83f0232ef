// Case files of tests/data/apiserver.
#pragma once

#include <fstream>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace cw::apiserver {

inline nlohmann::json test_cases(const std::string& name) {
  std::ifstream in(CW_TEST_DATA "/apiserver/" + name);
  REQUIRE(in);
  return nlohmann::json::parse(in);
}

}  // namespace cw::apiserver
