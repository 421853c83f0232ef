// The merge patch that turns one status into another: only what differs, null for what is gone, and the
// version that was read, so that a changed object is a Conflict. For .cpp files only. Pure.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "lib/kube/encode.h"

namespace cw::controller::runtime {

template <kube::HasFields S>
kube::Json status_patch(const std::string& resource_version, const S& before, const S& after) {
  const kube::Json old = kube::to_json(before);
  const kube::Json wanted = kube::to_json(after);
  kube::Json changes = kube::Json::object();
  for (const auto& [name, value] : wanted.items()) {
    if (!old.contains(name) || old[name] != value) changes[name] = value;
  }
  for (const auto& [name, value] : old.items()) {
    if (!wanted.contains(name)) changes[name] = nullptr;
  }
  return {{"metadata", {{"resourceVersion", resource_version}}}, {"status", std::move(changes)}};
}

}  // namespace cw::controller::runtime
