#include "apiserver/etcd/etcd_keys.h"

#include "apiserver/etcd/etcd_wire.h"

namespace cw::apiserver {

EtcdKeys::EtcdKeys(std::string prefix) {
  while (prefix.ends_with('/')) prefix.pop_back();
  registry_ = prefix + "/registry/";
  registry_end_ = end_of_prefix(registry_);
  claims_ = prefix + "/claims/";
  server_ = prefix + "/server/";
}

std::string EtcdKeys::object(const StoreKey& key) const {
  const std::string& name_space = key.object.name_space;
  return registry_ + key.resource + "/" + (name_space.empty() ? "" : name_space + "/") + key.object.name;
}

std::string EtcdKeys::claim(const std::string& resource, const std::string& claim) const {
  return claims_ + resource + "/" + claim;
}

std::optional<StoreKey> EtcdKeys::parse(std::string_view key) const {
  if (!key.starts_with(registry_)) return std::nullopt;
  key.remove_prefix(registry_.size());
  const std::size_t first = key.find('/');
  if (first == std::string_view::npos || first == 0) return std::nullopt;
  StoreKey parsed{std::string(key.substr(0, first)), {}};
  key.remove_prefix(first + 1);
  const std::size_t second = key.find('/');
  if (second != std::string_view::npos) {
    parsed.object.name_space = key.substr(0, second);
    key.remove_prefix(second + 1);
  }
  parsed.object.name = key;
  if (key.empty() || key.find('/') != std::string_view::npos) return std::nullopt;
  return parsed;
}

}  // namespace cw::apiserver
