// WritePath: what happens to an object on its way into the store, as one straight line: decoded by the
// caller, then gate → track fields → mutate → rights → allocate → prepare → validate → permit → admit →
// convert → store. Knows no kind: what differs is in the ResourceRow. Thread-safe; no lock is held while
// webhooks are asked.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/api_parts.h"
#include "apiserver/namespace_gate.h"
#include "apiserver/request_options.h"
#include "lib/kube/admission_review.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

// What a request wants written, and who wants it.
struct WriteRequest {
  const ResourceRow& row;
  ObjectKey key;  // of the request line; without a name it is a creation
  ObjectPart part = ObjectPart::Whole;
  WriteOptions options = {};
  const kube::UserInfo& user;
  // What is said beside yes and no, warnings first of all, whatever becomes of the write; null: nobody
  // listens.
  AdmissionNotes* notes = nullptr;
  // The kind Scale, where that is what the client writes: webhooks are asked about the Scale.
  const ResourceRow* scale_row = nullptr;
  // Asked for by another verb than create, which alone lets nobody create what is not there. A version that
  // it names is compared with what is there only.
  bool is_upsert = false;
};

// An object as a client wants it to be, decoded.
struct WantedObject {
  Json object;
  std::vector<std::string> warnings = {};
  bool fields_tracked = false;  // managedFields are set already (server-side apply)
};

struct WrittenObject {
  Json object;  // as it is served
  bool created = false;
};

// Makes the wanted object of the stored one (as it is served). Called anew if someone else has written
// meanwhile.
using ObjectChange = std::function<kube::Outcome<WantedObject>(const Json& stored)>;

class WritePath {
 public:
  explicit WritePath(const ApiParts& parts, NamespaceGate& gate) : parts_(parts), gate_(gate) {}

  kube::Outcome<WrittenObject> create(const WriteRequest&, WantedObject) const;
  kube::Outcome<WrittenObject> update(const WriteRequest&, const ObjectChange&) const;
  // Server-side apply by options.field_manager; creates what is not there.
  kube::Outcome<WrittenObject> apply(const WriteRequest&, const Json& config) const;

 private:
  void track(const WriteRequest&, WantedObject&, const Json& old) const;
  kube::Outcome<WrittenObject> create_allocated(const WriteRequest&, WantedObject) const;
  kube::Outcome<WrittenObject> create_once(const WriteRequest&, WantedObject) const;
  kube::Outcome<Done> mutate(const WriteRequest&, WantedObject&, const Json* old) const;
  kube::Outcome<Done> mutate_scale(const WriteRequest&, WantedObject&, const Json& old,
                                   AdmissionNotes&) const;
  kube::Outcome<Done> check_right_to_create(const WriteRequest&) const;
  kube::Outcome<Done> admit(const WriteRequest&, const Json& object, const Json* old) const;
  kube::Outcome<WrittenObject> store_new(const WriteRequest&, WantedObject, const std::string& text) const;
  kube::Outcome<WrittenObject> update_once(const WriteRequest&, const ObjectChange&,
                                           const StoredObject&) const;
  kube::Outcome<WrittenObject> store_change(const WriteRequest&, const StoredObject&, WantedObject) const;
  void settle(const ResourceRow&) const;
  kube::StatusError exists(const ResourceRow&, const ObjectKey&) const;

  ApiParts parts_;
  NamespaceGate& gate_;
};

inline constexpr std::string_view kModified =
    "the object has been modified; please apply your changes to the latest version and try again";

// Whether nothing holds an object any more whose deletion was asked for.
bool is_ready_to_go(const Json& object, const ResourceRow&);

}  // namespace cw::apiserver
