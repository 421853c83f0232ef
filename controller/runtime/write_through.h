// WriteThrough: a KubeWriter that tells the caches what the API server answered, before the caller goes on.
// Thread-safe once all listeners are set.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "lib/kube/client.h"

namespace cw::controller::runtime {

class WriteThrough final : public kube::KubeWriter {
 public:
  using OnStored = std::function<void(const kube::Json&)>;
  using OnRemoved = std::function<void(const kube::ObjectKey&)>;

  explicit WriteThrough(kube::KubeWriter& inner) : inner_(inner) {}

  void listen(const kube::Resource& resource, OnStored stored, OnRemoved removed) {
    listeners_.push_back({resource, std::move(stored), std::move(removed)});
  }
  template <typename Cache>
  void feed(Cache& cache) {
    listen(
        cache.resource(), [&cache](const kube::Json& object) { cache.take(object); },
        [&cache](const kube::ObjectKey& key) {
          if (!is_held(cache, key)) cache.forget(key);
        });
  }

  Result<kube::Json> create(const kube::Resource&, const kube::Json& object,
                            const kube::WriteOptions&) override;
  Result<kube::Json> update(const kube::Resource&, kube::Part, const kube::Json& object,
                            const kube::WriteOptions&) override;
  Result<kube::Json> merge_patch(const kube::Resource&, const kube::ObjectKey&, kube::Part,
                                 const kube::Json& patch, const kube::WriteOptions&) override;
  Result<kube::Json> apply(const kube::Resource&, const kube::Json& config,
                           const kube::WriteOptions&) override;
  // NotFound counts as removed.
  Status remove(const kube::Resource&, const kube::ObjectKey&, const kube::Preconditions&) override;

 private:
  struct Listener {
    kube::Resource resource;
    OnStored stored;
    OnRemoved removed;
  };
  // What a finalizer holds is not gone yet: the watch tells that it is being deleted.
  template <typename Cache>
  static bool is_held(const Cache& cache, const kube::ObjectKey& key) {
    const auto object = cache.objects().find(key);
    if constexpr (requires { object->metadata.finalizers; }) {
      return object && !object->metadata.finalizers.empty();
    }
    return false;
  }
  Result<kube::Json> tell(const kube::Resource&, Result<kube::Json> answer, const kube::WriteOptions&) const;

  kube::KubeWriter& inner_;
  std::vector<Listener> listeners_;
};

}  // namespace cw::controller::runtime
