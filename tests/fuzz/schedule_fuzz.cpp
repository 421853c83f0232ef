// Texts that users write and files that the system holds: cron schedules, time zones, literal subjects,
// addresses.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/issuance/cron.h"
#include "lib/pki/ip_address.h"
#include "lib/pki/name.h"

namespace {

using namespace cw;

constexpr TimePoint kStart{std::chrono::sys_days{std::chrono::year(2026) / 3 / 28}};

void check_schedule(std::string_view text, const issuance::TimeZone& zone) {
  const auto schedule = issuance::CronSchedule::parse(text, zone);
  if (!schedule) return;
  const auto next = schedule->next_after(kStart);
  CW_ASSERT(!next || *next > kStart);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_schedule(text, issuance::TimeZone::utc());
  if (const auto zone = issuance::TimeZone::parse(text)) check_schedule("30 2 * * 0", *zone);
  if (const auto name = pki::parse_literal_subject(text)) {
    const auto encoded = pki::encode_name(*name);
    if (encoded) CW_ASSERT(pki::parse_name(*encoded).has_value());
  }
  if (const auto address = pki::parse_ip(text)) CW_ASSERT(pki::parse_ip(pki::text_of(*address)) == address);
  if (const auto range = pki::parse_cidr(text)) CW_ASSERT(range->address.bytes.size() == range->mask.size());
  return 0;
}
