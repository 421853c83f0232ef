// OwnedFields: what of a Secret a field manager has stated by server-side apply, and states still: only that
// it can take back. From metadata.managedFields (FieldsV1). Pure. Source: k8s.io/apimachinery meta/v1
// ManagedFieldsEntry; structured-merge-diff fieldpath/serialize.go.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "lib/kube/client.h"

namespace cw::controller::certificates {

using Names = std::set<std::string, std::less<>>;

struct OwnedFields {
  Names data = {};
  Names labels = {};
  Names annotations = {};
  Names owners = {};  // uids of owner references
};

// Nothing, if the object has no such entries or they cannot be read.
OwnedFields owned_fields(const kube::Json& object, std::string_view manager);

// The field manager, other than `manager`, that was the last to write something of the data; empty: none.
std::string other_data_writer(const kube::Json& object, std::string_view manager);

}  // namespace cw::controller::certificates
