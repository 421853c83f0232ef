// Errors of an API server, and when they are due. Pure; part of the fake.
#pragma once

#include <optional>
#include <string>

#include "lib/kube/client.h"

namespace cw::contract {

Error not_found(const kube::Resource&, const std::string& name);
Error conflict(const kube::Resource&, const std::string& name, const std::string& why);
Error invalid(const kube::Resource&, const std::string& name, const std::string& why);

// "" if there is none.
std::string text_at(const kube::Json& object, const char* pointer);
kube::ObjectKey key_of(const kube::Resource&, const kube::Json& object);

// `wanted` carries a uid or a resourceVersion that is not the stored one.
std::optional<Error> version_conflict(const kube::Resource&, const kube::Json& stored,
                                      const kube::Json& wanted);
// A Secret keeps its type.
std::optional<Error> type_change(const kube::Resource&, const kube::Json& stored, const kube::Json& wanted);

}  // namespace cw::contract
