// Lease: who leads. The record in coordination.k8s.io/v1 and the pure rule of what a candidate does next.
// Time is measured by the observer, never compared between machines. Source: client-go leaderelection.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"

namespace cw::controller::runtime {

struct LeaseRecord {
  std::string holder;  // empty: released
  std::int64_t duration_seconds = 0;
  std::string acquire_time;  // as on the wire
  std::string renew_time;
  std::int64_t transitions = 0;
  bool operator==(const LeaseRecord&) const = default;
};

Result<LeaseRecord> decode_lease(const kube::Json&);
kube::Json lease_spec(const LeaseRecord&);

// RFC 3339 with microseconds, as metav1.MicroTime.
std::string micro_time(TimePoint);

// What a candidate knows: the record, and for how long it has not changed before its eyes.
struct LeaseView {
  std::optional<LeaseRecord> record;
  std::chrono::milliseconds unchanged_for{0};
};

enum class LeaseStep : std::uint8_t { Create, Renew, Take, Wait };

LeaseStep next_step(const LeaseView&, const std::string& me);

// The record to write for a step that is not Wait.
LeaseRecord next_record(const LeaseView&, const std::string& me, std::chrono::seconds duration,
                        TimePoint now);

}  // namespace cw::controller::runtime
