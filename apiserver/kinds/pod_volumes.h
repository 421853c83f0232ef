// The volumes of a Pod and where its containers see them: checks. Pure.
#pragma once

#include <set>
#include <string>

#include "apiserver/kinds/kind_checks.h"

namespace cw::apiserver {

// The names of the volumes that are good.
std::set<std::string> check_volumes(FieldErrors& errors, const Json& spec);
void check_mounts(FieldErrors& errors, const FieldPath& container_at, const Json& container,
                  const std::set<std::string>& volumes);

}  // namespace cw::apiserver
