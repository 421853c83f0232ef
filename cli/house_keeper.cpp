#include "cli/house_keeper.h"

#include "lib/api/resources.h"
#include "lib/base/log.h"
#include "lib/base/pause.h"
#include "lib/base/random.h"

namespace cw::cli {
namespace {

// kube-controller-manager's: --leader-elect-lease-duration, -renew-deadline, -retry-period.
constexpr std::chrono::seconds kLease{15};
constexpr std::chrono::seconds kRenewDeadline{10};
constexpr std::chrono::seconds kRetry{2};

}  // namespace

void HouseKeeper::start(const kube::KubeReader& reader, kube::KubeWriter& writer, const Clock& clock) {
  using controller::runtime::LeaseClaim;
  claim_.emplace(LeaseClaim::Terms{.lease = {"kube-system", "certwright-housekeeping"},
                                   .identity = "certwright_" + random_uuid(),
                                   .duration = kLease},
                 LeaseClaim::Server{api::kLeases, reader, writer}, clock);
  campaigner_ = std::jthread([this](const std::stop_token& stop) { campaign(stop); });
}

void HouseKeeper::stop() {
  if (!campaigner_.joinable()) return;
  campaigner_.request_stop();
  campaigner_.join();
  if (held_.exchange(false)) claim_->release();
}

bool HouseKeeper::leads() const { return held_.load() && claim_->since_renewal() <= kRenewDeadline; }

void HouseKeeper::campaign(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const Result<bool> held = claim_->attempt();
    if (held) {
      if (held_.exchange(*held) != *held) log::info(*held ? "keeps house" : "another server keeps house");
    } else if (held.error().code != Code::Conflict) {
      log::warning("the lease of housekeeping is not renewed", {{"error", held.error().message}});
    }
    pause(stop, kRetry);
  }
}

}  // namespace cw::cli
