// Which object, and which version of it, a piece of JSON from the API server is. Reads metadata only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "lib/kube/client.h"
#include "lib/kube/resource.h"
#include "lib/kube/resource_version.h"

namespace cw::watch {

struct ObjectVersion {
  kube::ObjectKey key;
  std::uint64_t version = 0;
};

using kube::version_number;

// An object without a name has an empty key.
ObjectVersion version_of(const kube::Json& object);

// metadata.resourceVersion as it stands; empty if there is none.
std::string resource_version_of(const kube::Json& object);

// Of a bookmark: what there was when the watch began has been told by now
// (WatchOptions::send_initial_events).
bool is_end_of_initial_events(const kube::Json& bookmark);

}  // namespace cw::watch
