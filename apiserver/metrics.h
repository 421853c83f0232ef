// RequestMetrics: what the API server has answered, under the names and labels by which kube-apiserver's are
// scraped. Labels are bounded: what names no resource that is served counts under empty ones. Thread-safe.
// Source: k8s.io/apiserver pkg/endpoints/metrics.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "apiserver/request_info.h"
#include "apiserver/resource_table.h"
#include "apiserver/store.h"
#include "lib/http/server.h"

namespace cw {
class MetricsPage;
}

namespace cw::apiserver {

class RequestMetrics {
 public:
  using Duration = std::chrono::steady_clock::duration;
  // A request that is under way; counts until its last copy ends.
  using Running = std::shared_ptr<const void>;

  explicit RequestMetrics(const ResourceTable& resources) : resources_(resources) {}

  Running begin(const RequestInfo&);
  Running begin_watch(const RequestInfo&, const http::Request&);
  void end(const RequestInfo&, const http::Request&, int status, Duration);
  void append_to(MetricsPage&) const;

 private:
  // "UPPER CASE VERB, dry_run, group, version, resource, subresource, scope" of a request.
  struct Labels {
    std::string verb, dry_run, group, version, resource, sub_resource, scope;
    auto operator<=>(const Labels&) const = default;
  };
  static constexpr std::size_t kBuckets = 23;  // and one beyond
  struct Durations {
    std::array<std::uint64_t, kBuckets + 1> buckets{};
    double sum = 0;
  };
  Labels labels_of(const RequestInfo&, const http::Request&) const;
  void append_requests(MetricsPage&) const;
  void append_running(MetricsPage&) const;

  const ResourceTable& resources_;
  std::shared_ptr<std::atomic<std::int64_t>> reading_ = std::make_shared<std::atomic<std::int64_t>>(0);
  std::shared_ptr<std::atomic<std::int64_t>> writing_ = std::make_shared<std::atomic<std::int64_t>>(0);
  mutable std::mutex mutex_;  // guards the rest
  std::map<std::pair<Labels, int>, std::uint64_t> requests_;
  std::map<Labels, Durations> durations_;
  std::map<Labels, std::shared_ptr<std::atomic<std::int64_t>>> watches_;
};

// Objects of each resource, and the newest version.
void append_store_metrics(MetricsPage&, const Store&, const ResourceTable&);

}  // namespace cw::apiserver
