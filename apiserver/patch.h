// PATCH: which kind of patch a body is, and the object that it makes of the stored one. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/managed_fields.h"
#include "apiserver/write_path.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

enum class PatchKind : std::uint8_t { Operations, Merge, Strategic, Apply };

struct Patch {
  PatchKind kind = PatchKind::Merge;
  Json body;
  std::string repeated;  // of Apply: what is said of keys that stand twice; empty: none does
};

// 415 for a content type that is no patch the resource takes, 400 for a body that is none.
kube::Outcome<Patch> read_patch(std::string_view content_type, std::string_view body, const ResourceRow&);

// For all kinds but Apply.
kube::Outcome<WantedObject> apply_patch(const Patch&, const Json& stored, const ResourceRow&,
                                        const TypeCatalog&, FieldValidation);

// Server-side apply: of the body as configuration, on top of what is stored (null: nothing).
kube::Outcome<WantedObject> apply_server_side(const Json& config, const Json& stored, const TrackedWrite&,
                                              OnConflict);

}  // namespace cw::apiserver
