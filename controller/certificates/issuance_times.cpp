#include "controller/certificates/issuance_times.h"

#include <algorithm>

namespace cw::controller::certificates {
namespace {

constexpr std::int64_t seconds_of(std::string_view digits) {
  std::int64_t seconds = 0;
  for (const char digit : digits) seconds = seconds * 10 + (digit - '0');
  return seconds;
}

// Users choose groups: what comes later shares one row.
constexpr std::size_t kMaxRows = 32;
constexpr std::string_view kOther = "other";

}  // namespace

void IssuanceTimes::add(const api::IssuerReference& issuer, std::chrono::seconds took) {
  // A clock that was set back.
  const auto seconds = std::max<std::int64_t>(took.count(), 0);
  const auto* const bound = std::find_if(
      kBounds.begin(), kBounds.end(), [&](std::string_view digits) { return seconds <= seconds_of(digits); });
  const std::scoped_lock lock(mutex_);
  Row& row = row_of(api::issuer_kind(issuer), api::issuer_group(issuer));
  ++row.buckets[static_cast<std::size_t>(bound - kBounds.begin())];
  row.seconds += seconds;
}

std::vector<IssuanceTimes::Row> IssuanceTimes::rows() const {
  const std::scoped_lock lock(mutex_);
  return rows_;
}

IssuanceTimes::Row& IssuanceTimes::row_of(std::string_view kind, std::string_view group) {
  const auto find = [&] {
    return std::find_if(rows_.begin(), rows_.end(),
                        [&](const Row& row) { return row.issuer_kind == kind && row.issuer_group == group; });
  };
  auto found = find();
  if (found == rows_.end() && rows_.size() >= kMaxRows) {
    kind = group = kOther;
    found = find();
  }
  if (found != rows_.end()) return *found;
  return rows_.emplace_back(Row{.issuer_kind = std::string(kind), .issuer_group = std::string(group)});
}

}  // namespace cw::controller::certificates
