#include "lib/base/metrics_page.h"

#include <array>
#include <charconv>

namespace cw {
namespace {

constexpr std::array<std::string_view, 4> kTypes{"counter", "gauge", "histogram", "summary"};

void append_escaped(std::string& text, std::string_view label) {
  for (const char c : label) {
    if (c == '\\' || c == '"') text.push_back('\\');
    if (c == '\n') {
      text.append("\\n");
    } else {
      text.push_back(c);
    }
  }
}

}  // namespace

std::string metric_number(double value) {
  std::array<char, 32> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc() ? std::string(digits.data(), end) : "NaN";
}

void MetricsPage::family(std::string_view name, Type type, std::string_view help) {
  name_ = name;
  text_.append("# HELP ").append(name).append(" ").append(help).append("\n");
  text_.append("# TYPE ").append(name).append(" ");
  text_.append(kTypes[static_cast<std::size_t>(type)]).append("\n");
}

void MetricsPage::name_and_labels(std::string_view suffix, const Labels& labels) {
  text_.append(name_).append(suffix);
  char before = '{';
  for (const auto& [name, label] : labels) {
    text_.push_back(before);
    text_.append(name).append("=\"");
    append_escaped(text_, label);
    text_.push_back('"');
    before = ',';
  }
  if (!labels.empty()) text_.push_back('}');
  text_.push_back(' ');
}

void MetricsPage::sample(const Labels& labels, std::int64_t value) {
  name_and_labels({}, labels);
  text_.append(std::to_string(value)).append("\n");
}

void MetricsPage::sample(const Labels& labels, double value) {
  name_and_labels({}, labels);
  text_.append(metric_number(value)).append("\n");
}

void MetricsPage::histogram(const Labels& labels, std::span<const std::string_view> bounds,
                            std::span<const std::uint64_t> buckets, double sum) {
  Labels with_bound = labels;
  with_bound.emplace_back("le", "");
  std::uint64_t total = 0;
  for (std::size_t bucket = 0; bucket < buckets.size(); ++bucket) {
    total += buckets[bucket];
    with_bound.back().second = bucket < bounds.size() ? bounds[bucket] : "+Inf";
    name_and_labels("_bucket", with_bound);
    text_.append(std::to_string(total)).append("\n");
  }
  name_and_labels("_sum", labels);
  text_.append(metric_number(sum)).append("\n");
  name_and_labels("_count", labels);
  text_.append(std::to_string(total)).append("\n");
}

void MetricsPage::summary(const Labels& labels, std::span<const std::string_view> quantiles,
                          std::span<const double> values, double sum, std::uint64_t count) {
  Labels with_quantile = labels;
  with_quantile.emplace_back("quantile", "");
  for (std::size_t i = 0; i < quantiles.size(); ++i) {
    with_quantile.back().second = quantiles[i];
    sample(with_quantile, values[i]);
  }
  name_and_labels("_sum", labels);
  text_.append(metric_number(sum)).append("\n");
  name_and_labels("_count", labels);
  text_.append(std::to_string(count)).append("\n");
}

}  // namespace cw
