// What every Store of the API server does. Call check_store from a TEST_CASE; `open` makes an empty one.
#pragma once

#include <functional>
#include <memory>

#include "apiserver/store.h"

namespace cw::contract {

using OpenStore = std::function<std::unique_ptr<apiserver::Store>()>;

void check_store(const OpenStore& open);

// A store that outlives its process: `open` opens the same one anew each time.
void check_durable_store(const OpenStore& open);

}  // namespace cw::contract
