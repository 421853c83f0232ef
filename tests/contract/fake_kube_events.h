// What a list or a watch shows of an object. Pure; part of the fake.
#pragma once

#include <nlohmann/json.hpp>

#include "lib/kube/client.h"

namespace cw::contract {

bool is_selected(const kube::Json& object, const kube::ListOptions&);
// The object, or its metadata alone.
kube::Json as_asked(const kube::Json& object, const kube::ListOptions&);

}  // namespace cw::contract
