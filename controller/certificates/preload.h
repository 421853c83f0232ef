// At the start every Certificate is looked at, and with it its Secret. Where there are many, reading the
// Secrets as one list costs a fraction of reading them one by one. Fails silently: what was not read ahead is
// read when it is needed.
#pragma once

#include <string>

#include "controller/certificates/observe.h"
#include "lib/kube/client.h"

namespace cw::controller::certificates {

// Blocks. `name_space`: empty is all. Call when the caches are filled, before the first pass.
void weigh_all_targets(const kube::KubeReader&, const std::string& name_space, Observer&);

}  // namespace cw::controller::certificates
