// What every KubeReader/KubeWriter does, whoever is behind it: the fake, our API server in process, or a
// server over HTTP. One claim each, checked with Catch2. Call check_kube_client from a TEST_CASE.
#pragma once

#include <string>

#include "lib/kube/client.h"

namespace cw::contract {

struct Ground {
  kube::KubeReader& reader;
  kube::KubeWriter& writer;
  bool may_lack_streams = false;  // an old etcd below: no streamed lists
};

// Each claim in a namespace of its own, made through `writer`. The server has to serve configmaps, secrets,
// namespaces and our kinds.
void check_kube_client(const Ground&);

}  // namespace cw::contract
