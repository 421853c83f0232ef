// Where things stand in etcd: PREFIX/registry/RESOURCE/NAMESPACE/NAME (RESOURCE/NAME if cluster-scoped), and
// beside the objects PREFIX/claims/…, what one of them alone may have, and PREFIX/server/…, what the servers
// share. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "apiserver/store.h"

namespace cw::apiserver {

class EtcdKeys {
 public:
  // "/certwright"; a slash at its end does not count.
  explicit EtcdKeys(std::string prefix);

  std::string object(const StoreKey&) const;
  // What an object of the resource has to itself; not watched.
  std::string claim(const std::string& resource, const std::string& claim) const;
  // nullopt: no object's key.
  std::optional<StoreKey> parse(std::string_view key) const;

  const std::string& registry() const { return registry_; }  // the prefix of all objects
  const std::string& registry_end() const { return registry_end_; }
  // Written only to see it come by in the watch of the registry.
  std::string beacon() const { return registry_ + "~beacon"; }
  std::string format() const { return server_ + "format"; }
  std::string files() const { return server_ + "files"; }

 private:
  std::string registry_;
  std::string registry_end_;
  std::string claims_;
  std::string server_;
};

}  // namespace cw::apiserver
