#include "lib/base/metrics_page.h"

#include <array>

#include <catch2/catch.hpp>

using namespace cw;  // tests only

TEST_CASE("metrics page: families, samples and labels are in Prometheus' text form", "[base][metrics]") {
  MetricsPage page;
  page.family("a_total", MetricsPage::Type::Counter, "What it counts");
  page.sample({}, std::int64_t{3});
  page.sample({{"x", "q\"\\\n"}, {"y", ""}}, 0.5);
  CHECK(page.take() ==
        "# HELP a_total What it counts\n# TYPE a_total counter\na_total 3\n"
        "a_total{x=\"q\\\"\\\\\\n\",y=\"\"} 0.5\n");
}

TEST_CASE("metrics page: a histogram's buckets add up and end in +Inf", "[base][metrics]") {
  MetricsPage page;
  page.family("h", MetricsPage::Type::Histogram, "H");
  constexpr std::array<std::string_view, 2> kBounds{"0.1", "1"};
  constexpr std::array<std::uint64_t, 3> kBuckets{1, 0, 2};
  page.histogram({{"l", "v"}}, kBounds, kBuckets, 7.25);
  CHECK(page.take() ==
        "# HELP h H\n# TYPE h histogram\nh_bucket{l=\"v\",le=\"0.1\"} 1\nh_bucket{l=\"v\",le=\"1\"} 1\n"
        "h_bucket{l=\"v\",le=\"+Inf\"} 3\nh_sum{l=\"v\"} 7.25\nh_count{l=\"v\"} 3\n");
}

TEST_CASE("metrics page: numbers are short and exact", "[base][metrics]") {
  CHECK(metric_number(0) == "0");
  CHECK(metric_number(0.1) == "0.1");
  CHECK(metric_number(1e-6) == "1e-06");
}
