// StoredObject: one version of one object, as the store keeps it: compact JSON text in a fixed order, without
// its resourceVersion (that is `revision`, put in when the object is shown). Immutable and shared. Most
// answers are made from the text without parsing it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lib/base/result.h"
#include "lib/kube/json.h"
#include "lib/kube/map.h"
#include "lib/kube/resource.h"

namespace cw::apiserver {

using kube::Json;
using kube::ObjectKey;

// One counter for the whole store; each change takes the next number.
using Revision = std::uint64_t;

struct Owner {
  std::string api_version;
  std::string kind;
  std::string name;
  std::string uid;
  bool blocks_deletion = false;
  bool operator==(const Owner&) const = default;
};

// What selectors and garbage collection ask of every object.
struct ObjectHead {
  std::string uid;
  kube::Map labels;
  std::vector<Owner> owners;
};

class StoredObject {
 public:
  // `text` as canonical_text() makes it.
  StoredObject(ObjectKey key, Revision revision, std::string text)
      : key_(std::move(key)), revision_(revision), text_(std::move(text)) {}

  const ObjectKey& key() const { return key_; }
  Revision revision() const { return revision_; }
  const std::string& text() const { return text_; }
  // Read from the text when first asked for.
  const ObjectHead& head() const;

 private:
  ObjectKey key_;
  Revision revision_;
  std::string text_;
  mutable std::once_flag head_once_;
  mutable ObjectHead head_;
};

using ObjectPtr = std::shared_ptr<const StoredObject>;

// {"apiVersion":…,"kind":…,"metadata":{…},…}; metadata loses resourceVersion and must not be empty without
// it.
std::string canonical_text(const Json& object);
// The tree with metadata.resourceVersion set.
Json parse_object(const StoredObject&);

// In which it is stored: "example.com/v1".
std::string_view api_version_of(const StoredObject&);
// As parse_object, of metadata alone.
Json parse_metadata(const StoredObject&);

enum class ShownMembers : std::uint8_t {
  All,
  WithoutType,  // no apiVersion, no kind: items of a list of a core kind
};
void append_object(std::string& out, const StoredObject&, ShownMembers = ShownMembers::All);

}  // namespace cw::apiserver
