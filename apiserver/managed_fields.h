// managedFields: who wrote which field last, kept with each write; and server-side apply, which rests on it.
// Pure. Source: k8s.io/apimachinery pkg/util/managedfields; sigs.k8s.io/structured-merge-diff
// merge/update.go.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/field_set.h"
#include "apiserver/merge_type.h"
#include "lib/base/clock.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

struct ManagerEntry {
  std::string manager;
  std::string operation;  // "Apply" or "Update"
  std::string api_version;
  std::string sub_resource;
  std::string time;  // RFC 3339, may be empty
  FieldSet fields;
};

// One write and who makes it.
struct TrackedWrite {
  const ResourceRow& row;
  const TypeCatalog& types;
  ObjectPart part;
  const std::string& manager;
  TimePoint now;
};

// After an update (or a creation, then `live` is null): sets metadata.managedFields of `next`.
void track_update(Json& next, const Json& live, const TrackedWrite&);

// What `config` makes of `live` (null: a creation), with managedFields. Conflict if it would take fields from
// other managers and may not (`force`); 500 if a field is not in the type.
enum class OnConflict : std::uint8_t { Refuse, Take };
kube::Outcome<Json> apply_config(const Json& config, const Json& live, const TrackedWrite&, OnConflict);
// The object as failures of an apply name it: "default/web; /v1, Kind=Secret".
std::string shown_object(const Json& config, const ResourceRow&);

}  // namespace cw::apiserver
