#include "webhook/endpoints.h"

#include <algorithm>
#include <chrono>

namespace cw::webhook {
namespace {

using http::Request;
using http::Response;
using Time = std::chrono::steady_clock;

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";
constexpr int kNotFound = 404;

Response plain(int status, std::string body) {
  Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

// nullopt: the request may be read.
std::optional<Refusal> refuse_form(const Request& request) {
  if (request.method != "POST") {
    return Refusal{kMethodNotAllowed, "review.method", "an AdmissionReview is sent with POST"};
  }
  if (request.body.empty()) return Refusal{kBadRequest, "review.body.empty", "the body is empty"};
  if (request.header("Content-Type") != kJson) {
    return Refusal{kUnsupportedMediaType, "review.contentType", "the Content-Type must be application/json"};
  }
  return std::nullopt;
}

}  // namespace

Response refusal_response(int status, std::string_view message) {
  Response response;
  response.status = status;
  response.body = refusal_body(status, message);
  if (status == kMethodNotAllowed) response.headers.emplace_back("Allow", "POST");
  return response;
}

bool ReviewEndpoint::is_welcome(const Request& request) const {
  if (client_names_.empty()) return true;
  if (!request.peer) return false;
  const auto listed = [&](const std::string& name) {
    return std::find(client_names_.begin(), client_names_.end(), name) != client_names_.end();
  };
  return listed(request.peer->common_name) ||
         std::any_of(request.peer->dns_names.begin(), request.peer->dns_names.end(), listed);
}

void ReviewEndpoint::count(const ReviewReply& reply, std::chrono::nanoseconds took) const {
  metrics_.reviewed(reply.labels, took);
  for (const SpokenAdvice& advice : reply.advice) metrics_.advised(advice);
  if (reply.broke) metrics_.panicked();
}

Response ReviewEndpoint::review(kube::AdmissionStep step, Metrics::Path path, const Request& request) const {
  metrics_.begin(path);
  const Time::time_point start = Time::now();
  Response response;
  if (const auto refusal = refuse_form(request)) {
    response = refusal_response(refusal->code, refusal->message);
  } else {
    ReviewReply reply = reviews_.answer(step, request.body);
    response.status = reply.http_status;
    response.body = std::move(reply.body);
    count(reply, Time::now() - start);
  }
  metrics_.end(path, response.status, Time::now() - start);
  return response;
}

Response ReviewEndpoint::operator()(const Request& request) const {
  if (!is_welcome(request))
    return refusal_response(kForbidden, "the client certificate is of nobody who may ask");
  if (request.path == kValidatePath)
    return review(kube::AdmissionStep::Validate, Metrics::Path::Validate, request);
  if (request.path == kValidatePolicyPath)
    return review(kube::AdmissionStep::Validate, Metrics::Path::ValidatePolicy, request);
  if (request.path == kMutatePath) return review(kube::AdmissionStep::Mutate, Metrics::Path::Mutate, request);
  return plain(kNotFound, "404 page not found\n");
}

Response health_response(const Request& request, const std::function<bool()>& is_healthy) {
  if (request.path == "/livez") return plain(kAllowed, "");
  if (request.path == "/healthz" || request.path == "/readyz")
    return plain(is_healthy() ? kAllowed : kFailed, "");
  return plain(kNotFound, "404 page not found\n");
}

Response metrics_response(const Request& request, const Metrics& metrics) {
  if (request.path != "/metrics") return plain(kNotFound, "404 page not found\n");
  Response response = plain(kAllowed, metrics.text());
  response.content_type = kMetricsType;
  return response;
}

}  // namespace cw::webhook
