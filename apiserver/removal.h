// Removal: DELETE of an object and of collections. An object that someone holds (finalizers) is only marked
// and goes when the last one lets go. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/api_parts.h"
#include "apiserver/namespace_gate.h"
#include "apiserver/request_options.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

struct RemovalRequest {
  const ResourceRow& row;
  ObjectKey key;
  const DeleteOptions& options;
  const kube::UserInfo& user;
  bool of_collection = false;       // the request names no object
  AdmissionNotes* notes = nullptr;  // what the admission step says beside yes and no; null: nobody listens
  // Nobody sees the answer, and no conversion webhook holds up the end of what it converts.
  bool by_server = false;
};

struct RemovedObject {
  Json object;           // the last state, or the marked object
  bool pending = false;  // it is still there
};

class Removal {
 public:
  explicit Removal(const ApiParts& parts, NamespaceGate& gate) : parts_(parts), gate_(gate) {}

  kube::Outcome<RemovedObject> remove(const RemovalRequest&) const;
  // By the server itself.
  kube::Outcome<RemovedObject> remove(const ResourceRow&, const ObjectKey&, const DeleteOptions&) const;

 private:
  kube::Outcome<RemovedObject> remove_once(const RemovalRequest&, const StoredObject&) const;
  kube::Outcome<Done> admit(const RemovalRequest&, const StoredObject&) const;
  kube::Outcome<RemovedObject> store_marked(const RemovalRequest&, const StoredObject&, Json) const;

  void settle(const ResourceRow&) const;

  ApiParts parts_;
  NamespaceGate& gate_;
};

}  // namespace cw::apiserver
