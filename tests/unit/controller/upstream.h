// What cert-manager itself left behind in one namespace (tests/data/controller/swap.json), put into an API
// server in memory as its controllers would have written it: the Secrets by server-side apply, owners by
// their new uids.
#pragma once

#include <functional>

#include "tests/unit/controller/scene.h"

namespace cw::controller::tests {

inline constexpr const char* kUpstreamNamespace = "swap10";

// `keep` may change an object, or leave it out; without it they are as they were: all Ready.
void load_upstream(Scene&, const std::function<bool(kube::Json& object)>& keep = {});

}  // namespace cw::controller::tests
