// The rows that a CustomResourceDefinition defines, one a version. Pure. Invalid: a schema that cannot be
// read, which the store may hold from another time; the message names the version.
#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/resource_row.h"
#include "apiserver/stored_object.h"
#include "lib/base/result.h"

namespace cw::apiserver {

namespace webhooks {
class Caller;
}

// `stored` is kept for its schemas, which OpenAPI documents are made from. Watches end with `ended`. Who asks
// conversion webhooks must outlive the rows; null: such a definition is Invalid.
Result<std::vector<RowPtr>> defined_rows(const Json& definition, const ObjectPtr& stored,
                                         std::stop_token ended, webhooks::Caller*);

// The later one comes first: v2, v1, v1beta2, v1alpha1, then others by name.
bool is_version_before(std::string_view left, std::string_view right);

}  // namespace cw::apiserver
