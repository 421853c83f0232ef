#include "controller/runtime/leader_election.h"

#include <array>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "lib/base/log.h"
#include "lib/base/pause.h"
#include "lib/base/random.h"
#include "lib/watch/object_version.h"
#include "lib/watch/watch_loop.h"

namespace cw::controller::runtime {
namespace {

constexpr std::size_t kMaxHostName = 256;

using SteadyClock = std::chrono::steady_clock;

kube::Json lease_object(const kube::Resource& leases, const kube::ObjectKey& key,
                        const std::string& resource_version, const LeaseRecord& record) {
  kube::Json metadata = {{"name", key.name},
                         {"namespace", key.name_space},
                         {"labels", {{"app.kubernetes.io/managed-by", "cert-manager"}}}};
  if (!resource_version.empty()) metadata["resourceVersion"] = resource_version;
  return {{"apiVersion", kube::api_version(leases)},
          {"kind", leases.kind},
          {"metadata", std::move(metadata)},
          {"spec", lease_spec(record)}};
}

}  // namespace

std::string leader_identity() {
  std::array<char, kMaxHostName> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host.front() = '\0';
  return std::string(host.data()) + "_" + random_uuid() + "-external-cert-manager-controller";
}

LeaderElection::LeaderElection(LeaderElectionOptions options, const kube::Resource& leases,
                               const kube::KubeReader& reader, kube::KubeWriter& writer, const Clock& clock)
    : options_(std::move(options)), leases_(leases), reader_(reader), writer_(writer), clock_(clock) {}

Status LeaderElection::lead(const std::stop_token& stop, const std::function<void()>& on_started) {
  if (!wait_to_lead(stop)) return Done{};
  leading_.store(true);
  log::info("leading", {{"lease", options_.lease.name}, {"identity", options_.identity}});
  on_started();
  auto ended = keep_leading(stop);
  leading_.store(false);
  return ended;
}

Result<bool> LeaderElection::attempt() {
  const auto lease = reader_.get(leases_, options_.lease);
  if (!lease && lease.error().code != Code::NotFound) return lease.error();
  std::optional<LeaseRecord> record;
  if (lease) record = TRY(decode_lease(*lease));
  const auto view = observe(std::move(record), lease ? watch::resource_version_of(*lease) : std::string());
  const auto step = next_step(view, options_.identity);
  if (step == LeaseStep::Wait) return false;
  return write(step, view);
}

void LeaderElection::release() {
  if (!seen_ || seen_->holder != options_.identity) return;
  const LeaseRecord released{.holder = "",
                             .duration_seconds = 1,
                             .acquire_time = micro_time(clock_.now()),
                             .renew_time = micro_time(clock_.now()),
                             .transitions = seen_->transitions};
  const auto answer = writer_.update(leases_, kube::Part::Object,
                                     lease_object(leases_, options_.lease, seen_version_, released), {});
  if (!answer) log::warning("the lease could not be given back", {{"error", answer.error().message}});
}

std::chrono::milliseconds LeaderElection::since_renewal() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - renewed_at_.load());
}

LeaseView LeaderElection::observe(std::optional<LeaseRecord> record, std::string resource_version) {
  if (record != seen_) {
    seen_ = record;
    seen_at_ = SteadyClock::now();
  }
  seen_version_ = std::move(resource_version);
  const auto unchanged = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - seen_at_);
  return {std::move(record), unchanged};
}

Result<bool> LeaderElection::write(LeaseStep step, const LeaseView& view) {
  const auto record = next_record(view, options_.identity, options_.lease_duration, clock_.now());
  const auto object = lease_object(leases_, options_.lease, seen_version_, record);
  // With the version that was read: of two candidates one meets a conflict.
  const auto answer = step == LeaseStep::Create ? writer_.create(leases_, object, {})
                                                : writer_.update(leases_, kube::Part::Object, object, {});
  if (!answer) return answer.error();
  observe(record, watch::resource_version_of(*answer));
  renewed_at_.store(SteadyClock::now());
  return true;
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
