// ConfigMaps for tests, of which only the metadata matters.
#pragma once

#include <catch2/catch.hpp>

#include "tests/unit/apiserver/test_api.h"

namespace cw::apiserver {

inline std::string path_of(const std::string& name) { return std::string(kConfigMaps) + "/" + name; }

// Its UID.
inline std::string make(TestApi& api, const std::string& name, const Json& metadata = Json::object()) {
  Json object = config_map(name);
  object["metadata"].update(metadata);
  const TestAnswer made = api.post(kConfigMaps, object);
  REQUIRE(made.status == 201);
  return made.body["metadata"]["uid"];
}

}  // namespace cw::apiserver
