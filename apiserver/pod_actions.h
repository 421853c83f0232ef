// What is asked of a Pod or Service beside reading and writing it: to be put on a node, to be evicted, and
// what only a running one could answer (log, exec, proxy …). Nothing runs here: the answers are those of a
// kube-apiserver whose nodes are not there. Thread-safe. Source: k8s.io/kubernetes
// pkg/registry/core/pod/storage/{storage,eviction}.go, pkg/registry/core/pod/strategy.go.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/api_parts.h"
#include "apiserver/namespace_gate.h"
#include "lib/http/server.h"
#include "lib/kube/admission_review.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

class PodActions {
 public:
  PodActions(const ApiParts& parts, NamespaceGate& gate) : parts_(parts), gate_(gate) {}

  // A Binding: the Pod of that name gets the node that it names. A Status.
  kube::Outcome<Json> bind(const ObjectKey& pod, const Json& binding, bool dry_run) const;
  // An Eviction: the Pod is deleted, and says why. A Status.
  kube::Outcome<Json> evict(const ObjectKey& pod, const Json& eviction, const kube::UserInfo&,
                            bool dry_run) const;

 private:
  ApiParts parts_;
  NamespaceGate& gate_;
};

// What the name of a request for a connection may say beside the object's: "https:web:443".
struct ConnectionTarget {
  std::string name;
  std::string port = {};
};
ConnectionTarget parse_target(const std::string& text);

// Of one of ResourceRow::connections; `object` is the Pod or Service.
kube::Outcome<http::Response> connect(const ResourceRow&, const std::string& connection, const Json& object,
                                      const ConnectionTarget&, const http::Request&);

}  // namespace cw::apiserver
