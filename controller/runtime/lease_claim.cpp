#include "controller/runtime/lease_claim.h"

#include <nlohmann/json.hpp>

#include "lib/base/log.h"
#include "lib/watch/object_version.h"

namespace cw::controller::runtime {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Two that renew in the same second write the same record; an API server takes that for no change, and then
// there is no conflict where there has to be one (LeaderElection::release). With this no two writes are the
// same.
constexpr const char* kRenewedBy = "certwright.dev/renewed-by";

}  // namespace

Result<bool> LeaseClaim::attempt() {
  const auto begun = SteadyClock::now();
  const auto lease = server_.reader.get(server_.leases, terms_.lease);
  if (!lease && lease.error().code != Code::NotFound) return lease.error();
  std::optional<LeaseRecord> record;
  if (lease) record = TRY(decode_lease(*lease));
  const auto view = observe(std::move(record), lease ? watch::resource_version_of(*lease) : std::string());
  const auto step = next_step(view, terms_.identity);
  if (step == LeaseStep::Wait) return false;
  TRY(write(step, view));
  renewed_at_.store(begun);
  return true;
}

void LeaseClaim::release() {
  if (!seen_ || seen_->holder != terms_.identity) return;
  const LeaseRecord released{.holder = "",
                             .duration_seconds = 1,
                             .acquire_time = micro_time(clock_.now()),
                             .renew_time = micro_time(clock_.now()),
                             .transitions = seen_->transitions};
  const auto object = lease_object(released);
  const auto answer = server_.writer.update(server_.leases, kube::Part::Object, object, {});
  if (answer) return;
  log::warning("the lease could not be given back",
               {{"lease", terms_.lease.name}, {"error", answer.error().message}});
}

kube::Json LeaseClaim::lease_object(const LeaseRecord& record) const {
  kube::Json metadata = {{"name", terms_.lease.name},
                         {"namespace", terms_.lease.name_space},
                         {"labels", {{"app.kubernetes.io/managed-by", "cert-manager"}}}};
  if (!terms_.renewer.empty()) metadata["annotations"] = {{kRenewedBy, terms_.renewer}};
  if (!seen_version_.empty()) metadata["resourceVersion"] = seen_version_;
  return {{"apiVersion", kube::api_version(server_.leases)},
          {"kind", server_.leases.kind},
          {"metadata", std::move(metadata)},
          {"spec", lease_spec(record)}};
}

std::chrono::milliseconds LeaseClaim::since_renewal() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - renewed_at_.load());
}

LeaseView LeaseClaim::observe(std::optional<LeaseRecord> record, std::string resource_version) {
  if (record != seen_) {
    seen_ = record;
    seen_at_ = SteadyClock::now();
  }
  seen_version_ = std::move(resource_version);
  const auto unchanged = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - seen_at_);
  return {std::move(record), unchanged};
}

Status LeaseClaim::write(LeaseStep step, const LeaseView& view) {
  const auto record = next_record(view, terms_.identity, terms_.duration, clock_.now());
  const auto object = lease_object(record);
  // With the version that was read: of two candidates one meets a conflict.
  const auto answer = step == LeaseStep::Create
                          ? server_.writer.create(server_.leases, object, {})
                          : server_.writer.update(server_.leases, kube::Part::Object, object, {});
  if (!answer) return answer.error();
  observe(record, watch::resource_version_of(*answer));
  return Done{};
}

}  // namespace cw::controller::runtime
