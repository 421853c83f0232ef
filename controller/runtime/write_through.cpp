#include "controller/runtime/write_through.h"

#include <nlohmann/json.hpp>

namespace cw::controller::runtime {

Result<kube::Json> WriteThrough::create(const kube::Resource& resource, const kube::Json& object,
                                        const kube::WriteOptions& options) {
  return tell(resource, inner_.create(resource, object, options), options);
}

Result<kube::Json> WriteThrough::update(const kube::Resource& resource, kube::Part part,
                                        const kube::Json& object, const kube::WriteOptions& options) {
  return tell(resource, inner_.update(resource, part, object, options), options);
}

Result<kube::Json> WriteThrough::merge_patch(const kube::Resource& resource, const kube::ObjectKey& key,
                                             kube::Part part, const kube::Json& patch,
                                             const kube::WriteOptions& options) {
  return tell(resource, inner_.merge_patch(resource, key, part, patch, options), options);
}

Result<kube::Json> WriteThrough::apply(const kube::Resource& resource, const kube::Json& config,
                                       const kube::WriteOptions& options) {
  return tell(resource, inner_.apply(resource, config, options), options);
}

Status WriteThrough::remove(const kube::Resource& resource, const kube::ObjectKey& key,
                            const kube::Preconditions& preconditions) {
  auto removed = inner_.remove(resource, key, preconditions);
  if (!removed && removed.error().code != Code::NotFound) return removed;
  for (const auto& listener : listeners_) {
    if (listener.resource == resource) listener.removed(key);
  }
  return Done{};
}

Result<kube::Json> WriteThrough::tell(const kube::Resource& resource, Result<kube::Json> answer,
                                      const kube::WriteOptions& options) const {
  if (!answer || options.dry_run) return answer;
  for (const auto& listener : listeners_) {
    if (listener.resource == resource) listener.stored(*answer);
  }
  return answer;
}

}  // namespace cw::controller::runtime
