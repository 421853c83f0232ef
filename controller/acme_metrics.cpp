#include "controller/acme_metrics.h"

#include <algorithm>

namespace cw::controller {
namespace {

constexpr std::array<std::string_view, 3> kQuantiles{"0.5", "0.9", "0.99"};
constexpr std::array<double, 3> kShares{0.5, 0.9, 0.99};
constexpr std::string_view kOtherHosts = "other";

}  // namespace

void AcmeRequestMetrics::add(const Request& request) {
  const std::scoped_lock lock(mutex_);
  Labels labels{request.action, request.host, request.method, request.scheme, request.status};
  if (series_.size() >= kMaxSeries && !series_.contains(labels)) std::get<1>(labels) = kOtherHosts;
  Series& series = series_[std::move(labels)];
  const double seconds = std::chrono::duration<double>(request.took).count();
  const auto slot = static_cast<std::size_t>(series.count % kKept);
  ++series.count;
  series.seconds += seconds;
  if (slot < series.latest.size()) {
    series.latest[slot] = static_cast<float>(seconds);
  } else {
    series.latest.push_back(static_cast<float>(seconds));
  }
}

void AcmeRequestMetrics::write(MetricsPage& page) const {
  const std::scoped_lock lock(mutex_);
  if (series_.empty()) return;
  const auto for_each = [&](const auto& visit) {
    for (const auto& [labels, series] : series_) {
      const auto& [action, host, method, scheme, status] = labels;
      const auto status_text = std::to_string(status);
      visit(MetricsPage::Labels{{"action", action},
                                {"host", host},
                                {"method", method},
                                {"scheme", scheme},
                                {"status", status_text}},
            series);
    }
  };
  page.family("certmanager_http_acme_client_request_count", MetricsPage::Type::Counter,
              "Requests to ACME servers.");
  for_each([&](const auto& labels, const Series& series) {
    page.sample(labels, static_cast<std::int64_t>(series.count));
  });
  page.family("certmanager_http_acme_client_request_duration_seconds", MetricsPage::Type::Summary,
              "How long requests to ACME servers took.");
  for_each([&](const auto& labels, const Series& series) {
    page.summary(labels, kQuantiles, quantiles_of(series.latest), series.seconds, series.count);
  });
}

std::array<double, 3> AcmeRequestMetrics::quantiles_of(std::vector<float> durations) {
  std::array<double, 3> values{};
  std::sort(durations.begin(), durations.end());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto last = static_cast<double>(durations.size() - 1);
    values.at(i) = static_cast<double>(durations[static_cast<std::size_t>(kShares.at(i) * last)]);
  }
  return values;
}

}  // namespace cw::controller
