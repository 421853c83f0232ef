// Managers: the entries of metadata.managedFields, decoded. Pure.
#pragma once

#include <cstddef>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/managed_fields.h"

namespace cw::apiserver {

using Managers = std::vector<ManagerEntry>;

// Empty if the object has none, or what it has cannot be understood.
Managers decode_managers(const Json& object);
// [] or [{}]: a client wants the fields to be tracked no more.
bool is_managers_reset(const Json& object);
// Applies first, then by time and name. Entries without fields go, and with the last one the list.
void encode_managers(Managers, Json& object);

// The same program, doing the same: its entry is one.
bool is_same_manager(const ManagerEntry&, const ManagerEntry&);
std::size_t find_or_add_index(Managers&, ManagerEntry);
inline ManagerEntry& find_or_add(Managers& managers, ManagerEntry entry) {
  return managers[find_or_add_index(managers, std::move(entry))];
}

// What the server itself keeps (name, uid, times) is owned by nobody.
FieldSet without_system_fields(FieldSet);

}  // namespace cw::apiserver
