// Addresses of Services (10.96.0.0/16, one family) and their ports on nodes (30000 to 32767), handed out from
// what no stored Service has. No table of them is kept: the store is looked through. Thread-safe within one
// process; servers that share an etcd claim there what they hand out (service_claims), and choose anew if
// another was faster. Source: k8s.io/kubernetes pkg/registry/core/service/storage/alloc.go.
#pragma once

#include <memory>

#include "apiserver/resource_row.h"
#include "lib/kube/client.h"

namespace cw::apiserver {

inline constexpr const char* kFirstServiceAddress = "10.96.0.1";  // of default/kubernetes

// Fills in what `next` needs and has not got, keeps what `old` has. 422 for what is taken or out of range.
// What was handed out is reserved until the answer is gone.
kube::Outcome<std::shared_ptr<void>> allocate_for_service(Json& next, const Json* old, const Store&);

// default/kubernetes, by which programs inside find this server, at the port that it listens on.
Status keep_kubernetes_service(const kube::KubeReader&, kube::KubeWriter&, int port);

}  // namespace cw::apiserver
