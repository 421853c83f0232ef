#include "controller/runtime/lease.h"

#include <nlohmann/json.hpp>

#include "lib/base/time_text.h"
#include "lib/kube/decode.h"
#include "lib/kube/encode.h"

namespace cw::controller::runtime {

template <kube::FieldsOf<LeaseRecord> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("holderIdentity"), s.holder);
  visit("leaseDurationSeconds", s.duration_seconds);
  visit("acquireTime", s.acquire_time);
  visit("renewTime", s.renew_time);
  visit("leaseTransitions", s.transitions);
}

Result<LeaseRecord> decode_lease(const kube::Json& lease) {
  const auto spec = lease.find("spec");
  if (spec == lease.end()) return LeaseRecord{};
  return kube::decode<LeaseRecord>(*spec);
}

kube::Json lease_spec(const LeaseRecord& record) { return kube::to_json(record); }

std::string micro_time(TimePoint time) {
  auto text = format_time(time);
  text.insert(text.size() - 1, ".000000");
  return text;
}

LeaseStep next_step(const LeaseView& view, const std::string& me) {
  if (!view.record) return LeaseStep::Create;
  if (view.record->holder == me) return LeaseStep::Renew;
  if (view.record->holder.empty()) return LeaseStep::Take;
  const bool expired = view.unchanged_for > std::chrono::seconds(view.record->duration_seconds);
  return expired ? LeaseStep::Take : LeaseStep::Wait;
}

LeaseRecord next_record(const LeaseView& view, const std::string& me, std::chrono::seconds duration,
                        TimePoint now) {
  const auto time = micro_time(now);
  LeaseRecord record{.holder = me,
                     .duration_seconds = duration.count(),
                     .acquire_time = time,
                     .renew_time = time,
                     .transitions = 0};
  if (!view.record) return record;
  record.transitions = view.record->transitions;
  if (view.record->holder == me) {
    record.acquire_time = view.record->acquire_time;
  } else {
    ++record.transitions;
  }
  return record;
}

}  // namespace cw::controller::runtime
