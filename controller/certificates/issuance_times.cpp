#include "controller/certificates/issuance_times.h"

#include <algorithm>

namespace cw::controller::certificates {
namespace {

constexpr std::array<std::int64_t, IssuanceTimes::kBounds.size()> kSeconds{1,   2,   5,   10,   30,  60,
                                                                           120, 300, 600, 1800, 3600};
// Users choose groups: what comes later shares one row.
constexpr std::size_t kMaxRows = 32;
constexpr std::string_view kOther = "other";

}  // namespace

void IssuanceTimes::add(const api::IssuerReference& issuer, std::chrono::seconds took) {
  // A clock that was set back.
  const auto seconds = std::max<std::int64_t>(took.count(), 0);
  const auto* const bound = std::lower_bound(kSeconds.begin(), kSeconds.end(), seconds);
  const std::scoped_lock lock(mutex_);
  Row& row = row_of(api::issuer_kind(issuer), api::issuer_group(issuer));
  ++row.buckets[static_cast<std::size_t>(bound - kSeconds.begin())];
  row.seconds += seconds;
}

std::vector<IssuanceTimes::Row> IssuanceTimes::rows() const {
  const std::scoped_lock lock(mutex_);
  return rows_;
}

IssuanceTimes::Row& IssuanceTimes::row_of(std::string_view kind, std::string_view group) {
  if (rows_.size() >= kMaxRows) {
    const bool is_known = std::any_of(rows_.begin(), rows_.end(), [&](const Row& row) {
      return row.issuer_kind == kind && row.issuer_group == group;
    });
    if (!is_known) kind = group = kOther;
  }
  const auto found = std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) {
    return row.issuer_kind == kind && row.issuer_group == group;
  });
  if (found != rows_.end()) return *found;
  return rows_.emplace_back(Row{.issuer_kind = std::string(kind), .issuer_group = std::string(group)});
}

}  // namespace cw::controller::certificates
