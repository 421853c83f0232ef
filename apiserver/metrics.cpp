#include "apiserver/metrics.h"

#include <algorithm>

#include "lib/base/metrics_page.h"

namespace cw::apiserver {
namespace {

using Type = MetricsPage::Type;
using Counter = std::shared_ptr<std::atomic<std::int64_t>>;

constexpr std::array<std::string_view, 23> kBounds{
    "0.005", "0.025", "0.05", "0.1", "0.2", "0.4", "0.6", "0.8", "1",  "1.25", "1.5", "2",
    "3",     "4",     "5",    "6",   "8",   "10",  "15",  "20",  "30", "45",   "60"};
constexpr std::array<double, 23> kBoundSeconds{0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1,  1.25, 1.5, 2,
                                               3,     4,     5,    6,   8,   10,  15,  20,  30, 45,   60};

RequestMetrics::Running counted(const Counter& counter) {
  counter->fetch_add(1);
  return {nullptr, [counter](const void*) { counter->fetch_sub(1); }};
}

// As Prometheus users know them: HTTP's words, and those that HTTP has not.
std::string shown_verb(const RequestInfo& info, const http::Request& request) {
  if (!info.is_resource) {
    constexpr std::array<std::string_view, 7> kMethods{"GET",   "HEAD",   "POST",   "PUT",
                                                       "PATCH", "DELETE", "OPTIONS"};
    const bool known = std::find(kMethods.begin(), kMethods.end(), request.method) != kMethods.end();
    return known ? request.method : "other";
  }
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kVerbs{
      {{"get", "GET"},
       {"list", "LIST"},
       {"watch", "WATCH"},
       {"create", "POST"},
       {"update", "PUT"},
       {"patch", "PATCH"},
       {"delete", "DELETE"},
       {"deletecollection", "DELETECOLLECTION"}}};
  const bool applies =
      info.verb == "patch" && request.header("Content-Type").starts_with("application/apply-patch");
  if (applies) return "APPLY";
  for (const auto& [verb, shown] : kVerbs) {
    if (info.verb == verb) return std::string(shown);
  }
  return "other";
}

std::string scope_of(const RequestInfo& info) {
  if (!info.is_resource) return {};
  if (!info.name.empty() || info.verb == "create") return "resource";
  return info.name_space.empty() ? "cluster" : "namespace";
}

bool only_reads(const RequestInfo& info) {
  return info.verb == "get" || info.verb == "list" || info.verb == "watch";
}

}  // namespace

RequestMetrics::Labels RequestMetrics::labels_of(const RequestInfo& info,
                                                 const http::Request& request) const {
  Labels labels;
  labels.verb = shown_verb(info, request);
  if (!info.is_resource) return labels;
  const RowPtr row = resources_.find(info.group, info.version, info.resource);
  if (row == nullptr) return labels;
  const auto& subs = row->sub_resources;
  if (request.parameter("dryRun") == "All") labels.dry_run = "All";
  labels.group = info.group;
  labels.version = info.version;
  labels.resource = info.resource;
  if (std::find(subs.begin(), subs.end(), info.sub_resource) != subs.end())
    labels.sub_resource = info.sub_resource;
  labels.scope = scope_of(info);
  return labels;
}

RequestMetrics::Running RequestMetrics::begin(const RequestInfo& info) {
  return counted(only_reads(info) || !info.is_resource ? reading_ : writing_);
}

RequestMetrics::Running RequestMetrics::begin_watch(const RequestInfo& info, const http::Request& request) {
  const Labels labels = labels_of(info, request);
  const std::lock_guard lock(mutex_);
  Counter& counter = watches_[labels];
  if (!counter) counter = std::make_shared<std::atomic<std::int64_t>>(0);
  return counted(counter);
}

void RequestMetrics::end(const RequestInfo& info, const http::Request& request, int status, Duration took) {
  Labels labels = labels_of(info, request);
  const double seconds = std::chrono::duration<double>(took).count();
  const auto bucket =
      std::lower_bound(kBoundSeconds.begin(), kBoundSeconds.end(), seconds) - kBoundSeconds.begin();
  const std::lock_guard lock(mutex_);
  ++requests_[{labels, status}];
  Durations& durations = durations_[std::move(labels)];
  ++durations.buckets[static_cast<std::size_t>(bucket)];
  durations.sum += seconds;
}

void RequestMetrics::append_requests(MetricsPage& page) const {
  const auto named = [](const Labels& labels) {
    return MetricsPage::Labels{{"verb", labels.verb},         {"dry_run", labels.dry_run},
                               {"group", labels.group},       {"version", labels.version},
                               {"resource", labels.resource}, {"subresource", labels.sub_resource},
                               {"scope", labels.scope},       {"component", "apiserver"}};
  };
  page.family("apiserver_request_total", Type::Counter,
              "Requests that were answered, by verb, resource and HTTP status.");
  for (const auto& [key, count] : requests_) {
    auto labels = named(key.first);
    const std::string code = std::to_string(key.second);
    labels.emplace_back("code", code);
    page.sample(labels, static_cast<std::int64_t>(count));
  }
  page.family("apiserver_request_duration_seconds", Type::Histogram,
              "Time from a request to its answer; of a watch to its begin.");
  for (const auto& [key, durations] : durations_) {
    page.histogram(named(key), kBounds, durations.buckets, durations.sum);
  }
}

void RequestMetrics::append_running(MetricsPage& page) const {
  page.family("apiserver_current_inflight_requests", Type::Gauge,
              "Requests that are being answered, watches left out.");
  page.sample({{"request_kind", "mutating"}}, writing_->load());
  page.sample({{"request_kind", "readOnly"}}, reading_->load());
  page.family("apiserver_longrunning_requests", Type::Gauge, "Watches that run.");
  for (const auto& [labels, count] : watches_) {
    page.sample({{"verb", labels.verb},
                 {"group", labels.group},
                 {"version", labels.version},
                 {"resource", labels.resource},
                 {"subresource", labels.sub_resource},
                 {"scope", labels.scope},
                 {"component", "apiserver"}},
                count->load());
  }
}

void RequestMetrics::append_to(MetricsPage& page) const {
  const std::lock_guard lock(mutex_);
  append_requests(page);
  append_running(page);
}

void append_store_metrics(MetricsPage& page, const Store& store, const ResourceTable& resources) {
  std::vector<std::pair<RowPtr, std::int64_t>> counts;
  for (RowPtr& row : resources.stored()) {
    const Result<Listing> listing = store.list({row->stored_as}, std::nullopt);
    if (listing) counts.emplace_back(std::move(row), static_cast<std::int64_t>(listing->objects.size()));
  }
  page.family("apiserver_resource_objects", Type::Gauge, "Objects that are stored, by group and resource.");
  for (const auto& [row, count] : counts) {
    page.sample({{"group", row->resource.group}, {"resource", row->resource.plural}}, count);
  }
  page.family("apiserver_storage_objects", Type::Gauge, "Objects that are stored, by resource.");
  for (const auto& [row, count] : counts) page.sample({{"resource", row->stored_as}}, count);
  page.family("certwright_store_revision", Type::Gauge, "The newest resourceVersion.");
  page.sample({}, static_cast<std::int64_t>(store.revision()));
}

}  // namespace cw::apiserver
