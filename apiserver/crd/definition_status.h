// What the status of a CustomResourceDefinition should be: which names it gets beside those that others of
// its group hold, and whether it is served. Pure. Source: apiextensions-apiserver pkg/controller/status,
// establish and apiapproval.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lib/base/clock.h"
#include "lib/kube/json.h"

namespace cw::apiserver {

using kube::Json;

// Of one definition, as they were accepted.
struct AcceptedNames {
  std::string group;
  std::vector<std::string> resources;  // plural, singular, short names
  std::vector<std::string> kinds;      // kind and list kind
};
AcceptedNames accepted_names(const Json& definition);

struct TakenNames {
  std::set<std::string, std::less<>> resources;
  std::set<std::string, std::less<>> kinds;
  void add(const AcceptedNames&);
};

// The status that the definition should have; nullopt if it has it. `taken`: by others of its group.
std::optional<Json> next_status(const Json& definition, const TakenNames& taken, TimePoint now);

}  // namespace cw::apiserver
