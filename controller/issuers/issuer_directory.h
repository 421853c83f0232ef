// IssuerDirectory: from an issuerRef to the issuer. An Issuer serves its own namespace only, a ClusterIssuer
// all of them; what is not found is explained so that a person knows what to change. Reads caches, no I/O.
// A ClusterIssuer is an api::Issuer without a namespace here. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "lib/api/issuer.h"
#include "lib/api/references.h"
#include "lib/base/result.h"
#include "lib/kube/resource.h"
#include "lib/watch/object_cache.h"

namespace cw::controller::issuers {

using IssuerCache = watch::ObjectCache<api::Issuer>;
using IssuerPointer = IssuerCache::Pointer;

class IssuerDirectory {
 public:
  struct Sources {
    IssuerCache& issuers;
    IssuerCache* cluster_issuers;  // null: this controller is limited to one namespace
    std::string cluster_resource_namespace;
  };
  // Adds its indexes to the caches: construct before they are filled.
  explicit IssuerDirectory(Sources);

  // NotFound with the whole explanation, or Invalid if it is there but cannot be read.
  Result<IssuerPointer> find(const api::IssuerReference&, const std::string& name_space) const;

  // The namespace empty: a ClusterIssuer. Null if there is none.
  IssuerPointer find(const kube::ObjectKey&) const;

  // Where the Secrets are that an issuer refers to.
  const std::string& resource_namespace(const api::Issuer&) const;

  // Keys of the issuers that refer to this Secret: what they sign with, their account, their solvers.
  std::vector<kube::ObjectKey> users_of_secret(const kube::ObjectKey& secret) const;

 private:
  Result<IssuerPointer> find_issuer(const std::string& name, const std::string& name_space) const;
  Result<IssuerPointer> find_cluster_issuer(const std::string& name, const std::string& name_space) const;
  std::string elsewhere(const std::string& name) const;

  Sources sources_;
  IssuerCache::Index by_name_ = 0;
  IssuerCache::Index by_secret_ = 0;
  IssuerCache::Index cluster_by_secret_ = 0;
};

// "issuer "x" in namespace "y"", "cluster issuer "x"".
std::string describe_issuer(const api::IssuerReference&, const std::string& name_space);

}  // namespace cw::controller::issuers
