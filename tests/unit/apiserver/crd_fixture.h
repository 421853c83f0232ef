// Definitions for tests of CustomResourceDefinitions.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "tests/unit/apiserver/test_api.h"

namespace cw::apiserver {

inline constexpr const char* kDefinitionsPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
inline constexpr const char* kWidgets = "/apis/example.com/v1/namespaces/ns/widgets";

inline Json version_of(const std::string& name, const Json& spec_schema, bool storage = true) {
  return {{"name", name},
          {"served", true},
          {"storage", storage},
          {"subresources", {{"status", Json::object()}}},
          {"schema",
           {{"openAPIV3Schema",
             {{"type", "object"},
              {"properties",
               {{"spec", spec_schema},
                {"status", {{"type", "object"}, {"x-kubernetes-preserve-unknown-fields", true}}}}}}}}}};
}

inline Json definition_of(const std::string& plural, const std::string& kind, const Json& versions) {
  return {{"apiVersion", "apiextensions.k8s.io/v1"},
          {"kind", "CustomResourceDefinition"},
          {"metadata", {{"name", plural + ".example.com"}}},
          {"spec",
           {{"group", "example.com"},
            {"scope", "Namespaced"},
            {"names", {{"plural", plural}, {"kind", kind}}},
            {"versions", versions}}}};
}

inline Json widgets(const std::string& spec_schema =
                        R"({"type":"object","properties":{"size":{"type":"integer","minimum":1,"default":3},
                            "mode":{"type":"string"}}})") {
  return definition_of("widgets", "Widget", Json::array({version_of("v1", Json::parse(spec_schema))}));
}

inline Json widget(const std::string& name, const std::string& spec = "{}",
                   const std::string& version = "v1") {
  return {{"apiVersion", "example.com/" + version},
          {"kind", "Widget"},
          {"metadata", {{"name", name}}},
          {"spec", Json::parse(spec)}};
}

}  // namespace cw::apiserver
