// Values and bodies as the messages of Go programs show them. Pure.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace cw::apiserver {

// As fmt prints a tree of maps with %v: map[data:map[y:8] list:[a b]].
std::string go_print(const nlohmann::json& value);
// The same with %#v: map[string]interface {}{"list":[]interface {}{"a", true}}.
std::string go_syntax(const nlohmann::json& value);

// The start of a body that cannot be understood: its text if it is an object of JSON, else in hex.
std::string body_start(std::string_view body);

// "no kind "Other" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"", as for a kind that
// the API does not have.
std::string no_such_kind(std::string_view api_version, std::string_view kind);

// A GroupVersionKind as Go prints it: "apps/v1, Kind=Scale", "/v1, Kind=Pod", "/, Kind=".
std::string go_group_version_kind(std::string_view api_version, std::string_view kind);

// The package of Kubernetes' internal types of a group: "core", "rbac".
std::string go_package(std::string_view group);

}  // namespace cw::apiserver
