// FaultyWriter: a KubeWriter whose writes fail when a test says so. Of one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/kube/client.h"

namespace cw::contract {

// Stands between a controller and the API server; may refuse a write, or carry it out and say it failed.
class FaultyWriter final : public kube::KubeWriter {
 public:
  enum class Fault : std::uint8_t { None, Before, After };
  // Asked with the number of the write, from 1.
  using Choose = std::function<Fault(std::size_t)>;

  FaultyWriter(kube::KubeWriter& inner, Choose choose, Code code)
      : inner_(inner), choose_(std::move(choose)), code_(code) {}
  Result<kube::Json> create(const kube::Resource&, const kube::Json&, const kube::WriteOptions&) override;
  Result<kube::Json> update(const kube::Resource&, kube::Part, const kube::Json&,
                            const kube::WriteOptions&) override;
  Result<kube::Json> merge_patch(const kube::Resource&, const kube::ObjectKey&, kube::Part, const kube::Json&,
                                 const kube::WriteOptions&) override;
  Result<kube::Json> apply(const kube::Resource&, const kube::Json&, const kube::WriteOptions&) override;
  Status remove(const kube::Resource&, const kube::ObjectKey&, const kube::Preconditions&) override;
  std::size_t writes() const { return writes_; }

 private:
  template <typename Answer>
  Answer pass(const std::function<Answer()>& write);

  kube::KubeWriter& inner_;
  Choose choose_;
  Code code_;
  std::size_t writes_ = 0;
};

}  // namespace cw::contract
