#include "controller/policy/approval_counts.h"

#include <algorithm>
#include <string_view>

#include "lib/api/names.h"

namespace cw::controller::approval {
namespace {

constexpr std::array<std::string_view, 3> kStatuses{"approved", "denied", "unmatched"};

std::size_t status_of(const api::CertificateRequest& request) {
  if (kube::is_condition_true(request.status.conditions, api::kApproved)) return 0;
  return kube::is_condition_true(request.status.conditions, api::kDenied) ? 1 : 2;
}

}  // namespace

void ApprovalCounts::change(const api::CertificateRequest* before, const api::CertificateRequest* after) {
  const std::scoped_lock lock(mutex_);
  if (before != nullptr) add(*before, -1);
  if (after != nullptr) add(*after, 1);
}

void ApprovalCounts::add(const api::CertificateRequest& request, std::int64_t times) {
  auto& row = counts_[request.metadata.name_space];
  row[status_of(request)] += times;
  const bool empty = std::all_of(row.begin(), row.end(), [](std::int64_t count) { return count == 0; });
  if (empty) counts_.erase(request.metadata.name_space);
}

void ApprovalCounts::write(MetricsPage& page) const {
  const std::scoped_lock lock(mutex_);
  page.family("certmanager_approverpolicy_certificaterequests_approval", MetricsPage::Type::Gauge,
              "CertificateRequests that are approved, denied, or neither (unmatched).");
  for (const auto& [name_space, row] : counts_) {
    for (std::size_t i = 0; i < kStatuses.size(); ++i) {
      if (row[i] != 0) page.sample({{"namespace", name_space}, {"status", kStatuses[i]}}, row[i]);
    }
  }
}

}  // namespace cw::controller::approval
