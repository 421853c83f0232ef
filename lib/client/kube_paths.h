// The request targets of the Kubernetes API. Names come from users: they are encoded, and what cannot be a
// name never becomes part of a path. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/kube/client.h"

namespace cw::client {

using Query = std::vector<std::pair<std::string, std::string>>;
// "/path?a=b&c=d"; pairs with an empty value are left out.
std::string with_query(std::string path, const Query&);

std::string collection_target(const kube::Resource&, std::string_view name_space);
// NotFound if the key has no name, or one that no object can have ("..", "a/b").
Result<std::string> object_target(const kube::Resource&, const kube::ObjectKey&,
                                  kube::Part = kube::Part::Object);

Query list_query(const kube::ListOptions&);
Query write_query(const kube::WriteOptions&);

}  // namespace cw::client
