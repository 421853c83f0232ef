#include "controller/runtime/leader_election.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "lib/base/log.h"
#include "lib/base/pause.h"
#include "lib/base/random.h"

namespace cw::controller::runtime {
namespace {

constexpr std::size_t kMaxHostName = 256;
constexpr int kCommonAttempts = 3;

std::string common_identity(const Shard& shard) {
  return "certwright-" + std::to_string(shard.count) + "-shards";
}

}  // namespace

std::string leader_identity() {
  std::array<char, kMaxHostName> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host.front() = '\0';
  return std::string(host.data()) + "_" + random_uuid() + "-external-cert-manager-controller";
}

LeaderElection::LeaderElection(LeaderElectionOptions options, const kube::Resource& leases,
                               const kube::KubeReader& reader, kube::KubeWriter& writer, const Clock& clock)
    : options_(std::move(options)),
      server_{leases, reader, writer},
      own_({.lease = {options_.name_space, lease_name(options_.shard)},
            .identity = options_.identity,
            .duration = options_.lease_duration},
           server_, clock) {
  if (options_.shard.is_all()) return;
  common_.emplace(LeaseClaim::Terms{.lease = {options_.name_space, lease_name(Shard{})},
                                    .identity = common_identity(options_.shard),
                                    .renewer = options_.identity,
                                    .duration = options_.lease_duration},
                  server_, clock);
}

Status LeaderElection::lead(const std::stop_token& stop, const std::function<void()>& on_started) {
  if (!wait_to_lead(stop)) return Done{};
  leading_.store(true);
  log::info("leading", {{"lease", own_.lease().name}, {"identity", own_.identity()}});
  on_started();
  auto ended = keep_leading(stop);
  // Told to stop it leads on until release(), so that the passes under way can end.
  if (!ended) leading_.store(false);
  return ended;
}

Result<bool> LeaderElection::attempt() {
  auto held = own_.attempt();
  // In this order: see release().
  return held && *held && common_ ? attempt_common() : std::move(held);
}

// The other shards renew it too: who meets one of them at it looks again.
Result<bool> LeaderElection::attempt_common() {
  Result<bool> held = false;
  for (int i = 0; i < kCommonAttempts; ++i) {
    held = common_->attempt();
    if (held || held.error().code != Code::Conflict) break;
  }
  return held;
}

void LeaderElection::release() {
  leading_.store(false);
  own_.release();
  if (!common_) return;
  // A shard that starts takes its own lease and then writes the common one. So if its own was free when we
  // looked, it writes the common one after we did, and either we meet a conflict or it finds that free.
  const auto held = attempt_common();
  if (held && *held && other_shards_rest()) common_->release();
}

bool LeaderElection::other_shards_rest() const {
  for (Shard shard{0, options_.shard.count}; shard.index < shard.count; ++shard.index) {
    const auto lease = server_.reader.get(server_.leases, {options_.name_space, lease_name(shard)});
    if (!lease && lease.error().code == Code::NotFound) continue;
    const auto record = lease ? decode_lease(*lease) : Result<LeaseRecord>(lease.error());
    if (!record || !record->holder.empty()) return false;
  }
  return true;
}

std::chrono::milliseconds LeaderElection::since_renewal() const {
  return common_ ? std::max(own_.since_renewal(), common_->since_renewal()) : own_.since_renewal();
}

bool LeaderElection::wait_to_lead(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto held = attempt();
    if (held && *held) return true;
    if (!held) log::info("the lease was not taken", {{"error", held.error().message}});
    pause(stop, options_.retry_period);
  }
  return false;
}

Status LeaderElection::keep_leading(const std::stop_token& stop) {
  while (pause(stop, options_.retry_period)) {
    const auto held = attempt();
    if (held && !*held) return Error{Code::Unavailable, "another controller holds the lease"};
    if (held) continue;
    log::warning("the lease was not renewed", {{"error", held.error().message}});
    if (since_renewal() > options_.renew_deadline) {
      return Error{Code::Unavailable, "the lease was not renewed in time: " + held.error().message};
    }
  }
  return Done{};
}

}  // namespace cw::controller::runtime
