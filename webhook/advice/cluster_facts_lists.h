// What the indexes of the cluster's facts share: how a long list is taken in without much memory. Each item
// becomes a row, some strings, as soon as it is there.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lib/kube/client.h"

namespace cw::webhook {

void become_row(kube::Json& object, const std::vector<std::string>& row);

// Of an item of a list: a row, or an object that `reduce` makes one, for readers in process reduce nothing.
std::vector<std::string> row_of(kube::Json item, void (*reduce)(kube::Json&));

}  // namespace cw::webhook
