// MetricsPage: writes metrics in the Prometheus text format 0.0.4. Families come one after the other:
// family(), then its samples. Not thread-safe; one a scrape.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cw {

class MetricsPage {
 public:
  using Label = std::pair<std::string_view, std::string_view>;
  using Labels = std::vector<Label>;
  enum class Type : std::uint8_t { Counter, Gauge, Histogram, Summary };

  // `name` must live until the next family.
  void family(std::string_view name, Type, std::string_view help);
  void sample(const Labels&, std::int64_t value);
  void sample(const Labels&, double value);
  // `buckets` are counts that do not add up yet; the last one is beyond all `bounds` (which are as many less
  // one).
  void histogram(const Labels&, std::span<const std::string_view> bounds,
                 std::span<const std::uint64_t> buckets, double sum);

  // `values` are those of the `quantiles` ("0.5"), as many.
  void summary(const Labels&, std::span<const std::string_view> quantiles, std::span<const double> values,
               double sum, std::uint64_t count);

  std::string take() { return std::move(text_); }

 private:
  void name_and_labels(std::string_view suffix, const Labels&);

  std::string text_;
  std::string_view name_;
};

// Value as Go's strconv would put it out shortly: "0.25", "1.5e+09".
std::string metric_number(double);

}  // namespace cw
