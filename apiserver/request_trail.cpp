#include "apiserver/request_trail.h"

#include <algorithm>

#include "apiserver/api_response.h"
#include "lib/base/metrics_page.h"
#include "lib/base/process_metrics.h"
#include "lib/base/random.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kIdHeader = "Audit-ID";
constexpr std::size_t kMaxId = 64;  // bytes of one that a client gives

AuditTime audit_now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

bool is_good_id(std::string_view id) {
  const auto plain = [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; };
  return !id.empty() && id.size() <= kMaxId && std::all_of(id.begin(), id.end(), plain);
}

bool is_json(std::string_view type) { return type.find("json") != std::string_view::npos; }

}  // namespace

void RequestTrail::decided(bool allowed, const std::string& reason) {
  annotations["authorization.k8s.io/decision"] = allowed ? "allow" : "forbid";
  annotations["authorization.k8s.io/reason"] = reason;
}

RequestTrail RequestObserver::begin(const http::Request& request) {
  RequestTrail trail{.info = read_request(request),
                     .id = std::string(request.header(kIdHeader)),
                     .received = audit_now(),
                     .began = std::chrono::steady_clock::now(),
                     .running = {}};
  if (!is_good_id(trail.id)) trail.id = random_uuid();
  trail.running = metrics_.begin(trail.info);
  return trail;
}

AuditEvent RequestObserver::event_of(RequestTrail trail, const http::Request& request,
                                     const http::Response& response) const {
  AuditEvent event{.level = level_for(audit_->level(), trail.info),
                   .id = std::move(trail.id),
                   .uri = request.target,
                   .request = std::move(trail.info),
                   .user = std::move(trail.user).value_or(kube::UserInfo()),
                   .impersonated = std::move(trail.impersonated),
                   .address = request.address,
                   .agent = std::string(request.header("User-Agent")),
                   .status = response.status,
                   .received = trail.received,
                   .at = audit_now(),
                   .annotations = std::move(trail.annotations)};
  if (event.level >= AuditLevel::Request && is_json(request.header("Content-Type"))) {
    event.request_body = request.body;
  }
  // A creation is told with its name, a failure with its message: both are in the answer.
  const bool told = response.status >= 400 || (response.status == 201 && event.request.name.empty());
  const bool shown = event.level == AuditLevel::RequestResponse;
  if ((told || shown) && !response.stream && is_json(response.content_type))
    event.response_body = response.body;
  return event;
}

void RequestObserver::follow_stream(RequestTrail trail, const http::Request& request,
                                    http::Response& response, AuditEvent event) {
  struct Followed {
    RequestMetrics::Running running;
    RequestLimits::WatchPlace place;
    AuditEvent event;
  };
  auto followed = std::make_shared<Followed>(
      Followed{metrics_.begin_watch(trail.info, request), std::move(trail.watch_place), std::move(event)});
  if (audit_ != nullptr) {
    AuditEvent started = followed->event;
    started.stage = AuditStage::ResponseStarted;
    audit_->record(std::move(started));
  }
  response.stream = [this, followed, run = std::move(response.stream)](const http::StreamWriter& write) {
    run(write);
    if (audit_ == nullptr) return;
    followed->event.at = audit_now();
    audit_->record(std::move(followed->event));
  };
}

void RequestObserver::answered(RequestTrail trail, const http::Request& request, http::Response& response) {
  response.headers.emplace_back("Audit-Id", trail.id);
  metrics_.end(trail.info, request, response.status, std::chrono::steady_clock::now() - trail.began);
  if (response.stream) {
    AuditEvent event;
    if (audit_ != nullptr) event = event_of(trail, request, response);
    return follow_stream(std::move(trail), request, response, std::move(event));
  }
  if (audit_ != nullptr) audit_->record(event_of(std::move(trail), request, response));
}

http::Response RequestObserver::metrics_page() const {
  MetricsPage page;
  metrics_.append_to(page);
  limits_.append_metrics(page);
  append_store_metrics(page, store_, resources_);
  if (audit_ != nullptr) audit_->append_metrics(page);
  append_process_metrics(page);
  http::Response response = text_response(200, page.take());
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.headers.clear();
  return response;
}

http::Response too_many_requests() {
  http::Response response = text_response(429, "Too many requests, please try again later.\n");
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace cw::apiserver
