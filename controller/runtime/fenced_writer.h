// FencedWriter: a KubeWriter that writes only while it may, so that a controller which has lost its lease
// writes nothing more, however long the pass goes on that it is in. Errors: Unavailable when it may not.
// Thread-safe.
#pragma once

#include <functional>
#include <utility>

#include "lib/kube/client.h"

namespace cw::controller::runtime {

class FencedWriter final : public kube::KubeWriter {
 public:
  FencedWriter(kube::KubeWriter& inner, std::function<bool()> may_write)
      : inner_(inner), may_write_(std::move(may_write)) {}

  Result<kube::Json> create(const kube::Resource&, const kube::Json& object,
                            const kube::WriteOptions&) override;
  Result<kube::Json> update(const kube::Resource&, kube::Part, const kube::Json& object,
                            const kube::WriteOptions&) override;
  Result<kube::Json> merge_patch(const kube::Resource&, const kube::ObjectKey&, kube::Part,
                                 const kube::Json& patch, const kube::WriteOptions&) override;
  Result<kube::Json> apply(const kube::Resource&, const kube::Json& config,
                           const kube::WriteOptions&) override;
  Status remove(const kube::Resource&, const kube::ObjectKey&, const kube::Preconditions&) override;

 private:
  Status check() const;

  kube::KubeWriter& inner_;
  std::function<bool()> may_write_;
};

}  // namespace cw::controller::runtime
