#include "webhook/serving/readiness.h"

#include "lib/base/back_off.h"
#include "lib/base/log.h"

namespace cw::webhook {
namespace {

constexpr BackOff kBetweenLooks{.first = std::chrono::milliseconds(10), .last = std::chrono::seconds(2)};

}  // namespace

bool Readiness::is_ready() const {
  if (!identity_.has_certificate()) return false;
  if (proven_.load() || round_trip_ == nullptr) return true;
  const Trust trust = certificate_.trust();
  if (trust == Trust::Unknown) return true;
  return trust == Trust::Settled && asked_.load() && !distrusted_.load();
}

std::chrono::milliseconds Readiness::look() {
  if (proven_.load() || round_trip_ == nullptr) return std::chrono::milliseconds(0);
  const Trust trust = certificate_.trust();
  if (trust == Trust::Fresh || trust == Trust::Settled) {
    const RoundTrip::Outcome outcome = round_trip_->attempt();
    if (outcome == RoundTrip::Outcome::Distrust && !distrusted_.load()) {
      log::info("an API server does not trust the certificate yet");
    }
    distrusted_.store(outcome == RoundTrip::Outcome::Distrust);
    asked_.store(true);
    if (outcome == RoundTrip::Outcome::Proven) {
      proven_.store(true);
      log::info("ready: a dry run has come back through the API server");
      return std::chrono::milliseconds(0);
    }
  }
  return delay_after(kBetweenLooks, looks_++ / 4);
}

}  // namespace cw::webhook
