// What the webhook's listeners answer: /validate and /mutate over TLS, /healthz and /livez, /metrics. Pure
// but for the counting; the HTTP server calls these functions from many threads. Source:
// reference/admission.md 3.3, 3.7; docs/differences.md (405, 413, 415 instead of 200).
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/http/server.h"
#include "webhook/metrics.h"
#include "webhook/review.h"

namespace cw::webhook {

class ReviewEndpoint {
 public:
  // `client_names`: if not empty, only peers whose certificate carries one of these are answered.
  ReviewEndpoint(ReviewAnswer& reviews, Metrics& metrics, std::vector<std::string> client_names)
      : reviews_(reviews), metrics_(metrics), client_names_(std::move(client_names)) {}
  http::Response operator()(const http::Request&) const;

 private:
  bool is_welcome(const http::Request&) const;
  http::Response review(kube::AdmissionStep, Metrics::Path, const http::Request&) const;
  void count(const ReviewReply&, std::chrono::nanoseconds took) const;

  ReviewAnswer& reviews_;
  Metrics& metrics_;
  std::vector<std::string> client_names_;
};

// Refusals of the HTTP server itself (too large, unreadable), as an AdmissionReview.
http::Response refusal_response(int status, std::string_view message);

// /livez: always 200. /healthz, /readyz: 200, or 500 while not ready. Empty bodies.
http::Response health_response(const http::Request&, const std::function<bool()>& is_healthy);
http::Response metrics_response(const http::Request&, const Metrics&);

}  // namespace cw::webhook
