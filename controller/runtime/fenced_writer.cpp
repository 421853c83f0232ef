#include "controller/runtime/fenced_writer.h"

#include <nlohmann/json.hpp>

namespace cw::controller::runtime {

Status FencedWriter::check() const {
  if (may_write_()) return Done{};
  return Error{Code::Unavailable, "nothing is written: the lease may have gone to another controller"};
}

Result<kube::Json> FencedWriter::create(const kube::Resource& resource, const kube::Json& object,
                                        const kube::WriteOptions& options) {
  TRY(check());
  return inner_.create(resource, object, options);
}

Result<kube::Json> FencedWriter::update(const kube::Resource& resource, kube::Part part,
                                        const kube::Json& object, const kube::WriteOptions& options) {
  TRY(check());
  return inner_.update(resource, part, object, options);
}

Result<kube::Json> FencedWriter::merge_patch(const kube::Resource& resource, const kube::ObjectKey& key,
                                             kube::Part part, const kube::Json& patch,
                                             const kube::WriteOptions& options) {
  TRY(check());
  return inner_.merge_patch(resource, key, part, patch, options);
}

Result<kube::Json> FencedWriter::apply(const kube::Resource& resource, const kube::Json& config,
                                       const kube::WriteOptions& options) {
  TRY(check());
  return inner_.apply(resource, config, options);
}

Status FencedWriter::remove(const kube::Resource& resource, const kube::ObjectKey& key,
                            const kube::Preconditions& preconditions) {
  TRY(check());
  return inner_.remove(resource, key, preconditions);
}

}  // namespace cw::controller::runtime
