// Readiness: whether requests may be sent here. Without a configuration of ours to be seen: as soon as there
// is a certificate. Else when a dry run has come back through us; or, since no Service leads to a Pod that is
// not ready, when the caBundle has been in place for a while and the dry run was not refused for a
// certificate. What was ready without proof is taken back if a later dry run meets distrust. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>

#include "webhook/serving/certificate.h"
#include "webhook/serving/round_trip.h"

namespace cw::webhook {

class Readiness {
 public:
  // Both must outlive this. `round_trip` may be nullptr: nobody to ask.
  Readiness(const http::TlsIdentity& identity, const ServingCertificate& certificate, RoundTrip* round_trip)
      : identity_(identity), certificate_(certificate), round_trip_(round_trip) {}

  bool is_ready() const;
  // One dry run, if it may tell anything new. Returns when the next is wanted; zero: never. From one thread.
  std::chrono::milliseconds look();

 private:
  const http::TlsIdentity& identity_;
  const ServingCertificate& certificate_;
  RoundTrip* round_trip_;
  unsigned looks_ = 0;
  std::atomic<bool> proven_{false};
  std::atomic<bool> asked_{false};
  std::atomic<bool> distrusted_{false};
};

}  // namespace cw::webhook
