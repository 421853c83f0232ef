// What is known of a request outside of what it asks for: who it is from, when it came, what was decided. And
// RequestObserver, which tells it to metrics and the audit log. The observer is thread-safe, a trail is its
// request's.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "apiserver/audit/audit_log.h"
#include "apiserver/limits/request_limits.h"
#include "apiserver/metrics.h"
#include "apiserver/request_info.h"

namespace cw::apiserver {

struct RequestTrail {
  RequestInfo info;
  std::string id;  // given by the client, or made; sent back as Audit-Id
  AuditTime received;
  std::chrono::steady_clock::time_point began;
  RequestMetrics::Running running;
  std::optional<kube::UserInfo> user = {};          // once known
  std::optional<kube::UserInfo> impersonated = {};  // if it acts as another
  RequestLimits::WatchPlace watch_place = {};       // of a watch
  std::map<std::string, std::string> annotations = {};

  void decided(bool allowed, const std::string& reason);
};

class RequestObserver {
 public:
  // `audit` may be null.
  RequestObserver(const ResourceTable& resources, const Store& store, const RequestLimits& limits,
                  AuditLog* audit)
      : resources_(resources), store_(store), limits_(limits), audit_(audit), metrics_(resources) {}

  RequestTrail begin(const http::Request&);
  // Counts the answer, and has its stream counted and told when that ends.
  void answered(RequestTrail, const http::Request&, http::Response&);
  http::Response metrics_page() const;

 private:
  AuditEvent event_of(RequestTrail, const http::Request&, const http::Response&) const;
  void follow_stream(RequestTrail, const http::Request&, http::Response&, AuditEvent);

  const ResourceTable& resources_;
  const Store& store_;
  const RequestLimits& limits_;
  AuditLog* audit_;
  RequestMetrics metrics_;
};

// 429, in the words of kube-apiserver; clients try again after a second.
http::Response too_many_requests();

}  // namespace cw::apiserver
