#include "webhook/metrics.h"

#include <algorithm>
#include <cstdio>

namespace cw::webhook {
namespace {

constexpr std::array<std::string_view, 2> kPathNames{kValidatePath, kMutatePath};
constexpr std::string_view kLatency = "controller_runtime_webhook_latency_seconds";
constexpr std::string_view kRequests = "controller_runtime_webhook_requests_total";
constexpr std::string_view kInFlight = "controller_runtime_webhook_requests_in_flight";
constexpr std::array<std::string_view, 12> kBounds{"1e-08", "1e-07", "1e-06", "1e-05", "0.0001", "0.001",
                                                   "0.01",  "0.1",   "1",     "10",    "100",    "1000"};

void append_header(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  out.append("# HELP ").append(name).append(" ").append(help);
  out.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void append_sample(std::string& out, std::string_view name, std::string_view labels,
                   const std::string& value) {
  out.append(name).append("{").append(labels).append("} ").append(value).append("\n");
}

std::string path_label(std::size_t path) { return "webhook=\"" + std::string(kPathNames[path]) + "\""; }

std::string seconds(std::uint64_t nanoseconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.9f", static_cast<double>(nanoseconds) / 1e9);
  return text.data();
}

// The first bucket that holds it; the last one holds everything.
std::size_t bucket_of(std::uint64_t nanoseconds, std::size_t buckets) {
  std::uint64_t bound = 10;
  std::size_t bucket = 0;
  while (bucket < buckets && nanoseconds > bound) {
    bound *= 10;
    ++bucket;
  }
  return bucket;
}

}  // namespace

void Metrics::begin(Path path) { paths_[static_cast<std::size_t>(path)].in_flight.fetch_add(1); }

void Metrics::end(Path path, int http_status, std::chrono::nanoseconds took) {
  PathCounts& counts = paths_[static_cast<std::size_t>(path)];
  const auto nanoseconds = static_cast<std::uint64_t>(took.count());
  const auto* code = std::find(kCodes.begin(), kCodes.end() - 1, http_status);
  counts.requests[static_cast<std::size_t>(code - kCodes.begin())].fetch_add(1, std::memory_order_relaxed);
  counts.latency[bucket_of(nanoseconds, kBuckets)].fetch_add(1, std::memory_order_relaxed);
  counts.nanoseconds.fetch_add(nanoseconds, std::memory_order_relaxed);
  counts.in_flight.fetch_sub(1);
}

void Metrics::append_latency(std::string& out) const {
  append_header(out, kLatency, "histogram", "How long requests took to answer, in seconds");
  for (std::size_t path = 0; path < paths_.size(); ++path) {
    const std::string label = path_label(path);
    std::uint64_t total = 0;
    for (std::size_t bucket = 0; bucket <= kBuckets; ++bucket) {
      total += paths_[path].latency[bucket].load(std::memory_order_relaxed);
      const std::string_view bound = bucket < kBuckets ? kBounds[bucket] : "+Inf";
      append_sample(out, std::string(kLatency) + "_bucket", label + ",le=\"" + std::string(bound) + "\"",
                    std::to_string(total));
    }
    append_sample(out, std::string(kLatency) + "_sum", label, seconds(paths_[path].nanoseconds.load()));
    append_sample(out, std::string(kLatency) + "_count", label, std::to_string(total));
  }
}

void Metrics::append_requests(std::string& out) const {
  append_header(out, kRequests, "counter", "Requests answered, by HTTP status");
  for (std::size_t path = 0; path < paths_.size(); ++path) {
    for (std::size_t code = 0; code < kCodes.size(); ++code) {
      append_sample(out, kRequests, "code=\"" + std::to_string(kCodes[code]) + "\"," + path_label(path),
                    std::to_string(paths_[path].requests[code].load(std::memory_order_relaxed)));
    }
  }
  append_header(out, kInFlight, "gauge", "Requests being answered");
  for (std::size_t path = 0; path < paths_.size(); ++path) {
    append_sample(out, kInFlight, path_label(path), std::to_string(paths_[path].in_flight.load()));
  }
}

std::string Metrics::text() const {
  std::string out;
  append_latency(out);
  append_requests(out);
  return out;
}

}  // namespace cw::webhook
