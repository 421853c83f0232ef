// Reissues: how often a Certificate was issued anew lately while its spec stayed the same. Kept in memory
// only: a controller that starts knows of none. The first issuance is not one of them. Thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "lib/api/certificate.h"
#include "lib/base/clock.h"
#include "lib/watch/versioned_memory.h"

namespace cw::controller::certificates {

struct Reissue {
  TimePoint at;                 // when it was completed
  std::string reason = {};      // why it was begun
  bool is_due_at_once = false;  // what it brought has to be renewed right away
  bool operator==(const Reissue&) const = default;
};
using Reissues = std::vector<Reissue>;  // the earliest first

inline constexpr std::chrono::hours kReissueSpan{1};

struct KnownReissues {
  std::string certificate_uid;
  Reissues reissues;
};
// By the Certificate's key and generation.
using ReissueMemory = watch::VersionedMemory<KnownReissues>;

// Those of the span before `now`, of this Certificate and its generation.
Reissues recent_reissues(const ReissueMemory&, const api::Certificate&, TimePoint now);
// A manual one (reason ManuallyTriggered) makes all before it forgotten: someone has looked at it.
void keep_reissue(ReissueMemory&, const api::Certificate&, Reissue);

}  // namespace cw::controller::certificates
