// SecretMeta: what is kept of every Secret in the cluster: that it exists and in which version, and of those
// with the label of a next private key whose they are. Bodies are read when they are needed. Holds no data.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "lib/base/result.h"
#include "lib/kube/client.h"
#include "lib/kube/fields.h"

namespace cw::watch {

struct SecretMeta {
  struct Details {
    std::string uid;
    std::string controller_kind;  // of the owner marked as controller; empty if there is none
    std::string controller_name;
    std::string controller_uid;
    kube::Map labels;  // only keys of the cert-manager.io domain
  };
  std::uint64_t version = 0;
  std::shared_ptr<const Details> details;  // null: no next private key is in it
};

// From a Secret, or from its PartialObjectMetadata.
Result<SecretMeta> decode_secret_meta(const kube::Json&);

}  // namespace cw::watch
