// ApprovalCounts: how many CertificateRequests of each namespace are approved, denied or neither, kept along
// with the cache: so a scrape costs no walk over it. Thread-safe. Source: reference/policy.md 1.8.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "lib/api/certificate_request.h"
#include "lib/base/metrics_page.h"

namespace cw::controller::approval {

class ApprovalCounts {
 public:
  // Null: there was or is none.
  void change(const api::CertificateRequest* before, const api::CertificateRequest* after);
  void write(MetricsPage&) const;

 private:
  void add(const api::CertificateRequest&, std::int64_t times);

  mutable std::mutex mutex_;
  std::map<std::string, std::array<std::int64_t, 3>> counts_;  // by namespace
};

}  // namespace cw::controller::approval
