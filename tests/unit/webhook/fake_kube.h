// A small API server in memory: discovery paths, Secrets, and one canned answer to every other create;
// nothing is ever listed.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/base/pause.h"
#include "lib/kube/client.h"

namespace cw::test {

class FakeKube final : public kube::KubeReader, public kube::KubeWriter {
 public:
  using Json = kube::Json;
  std::map<std::string, Json> paths;
  mutable std::vector<std::string> asked;
  std::map<kube::ObjectKey, Json> secrets;
  Json answer;
  std::vector<Json> created;
  std::vector<Code> failures;  // taken by the next writes

  Result<Json> get(const kube::Resource&, const kube::ObjectKey& key) const override {
    const std::lock_guard lock(mutex_);
    const auto found = secrets.find(key);
    if (found == secrets.end()) return Error{Code::NotFound, "not found"};
    return found->second;
  }
  Result<kube::ObjectList> list(const kube::Resource&, const kube::ListOptions&) const override {
    return kube::ObjectList{{}, "1"};
  }
  Status watch(const kube::Resource&, const kube::WatchOptions&, const kube::OnWatchEvent&,
               std::stop_token stop) const override {
    pause(stop, std::chrono::hours(1));
    return Done{};
  }
  Result<Json> get_path(std::string_view path) const override {
    const std::lock_guard lock(mutex_);
    asked.emplace_back(path);
    const auto found = paths.find(std::string(path));
    if (found == paths.end()) return Error{Code::Unavailable, "no answer"};
    return found->second;
  }

  Result<Json> create(const kube::Resource& resource, const Json& object,
                      const kube::WriteOptions&) override {
    const std::lock_guard lock(mutex_);
    if (auto failure = next_failure()) return std::move(*failure);
    created.push_back(object);
    if (resource.plural != "secrets") return answer;
    const kube::ObjectKey key = key_of(object);
    if (secrets.contains(key)) return Error{Code::AlreadyExists, "already exists"};
    secrets[key] = object;
    return object;
  }
  Result<Json> update(const kube::Resource&, kube::Part, const Json& object,
                      const kube::WriteOptions&) override {
    const std::lock_guard lock(mutex_);
    if (auto failure = next_failure()) return std::move(*failure);
    secrets[key_of(object)] = object;
    return object;
  }
  Result<Json> merge_patch(const kube::Resource&, const kube::ObjectKey&, kube::Part, const Json&,
                           const kube::WriteOptions&) override {
    return Error{Code::Internal, "not used"};
  }
  Result<Json> apply(const kube::Resource&, const Json&, const kube::WriteOptions&) override {
    return Error{Code::Internal, "not used"};
  }
  Status remove(const kube::Resource&, const kube::ObjectKey&, const kube::Preconditions&) override {
    return Error{Code::Internal, "not used"};
  }

 private:
  mutable std::mutex mutex_;  // of what the server's own threads touch
  static kube::ObjectKey key_of(const Json& object) {
    return {object["metadata"]["namespace"], object["metadata"]["name"]};
  }
  std::optional<Error> next_failure() {
    if (failures.empty()) return std::nullopt;
    const Code code = failures.front();
    failures.erase(failures.begin());
    return Error{code, "failing"};
  }
};

}  // namespace cw::test
