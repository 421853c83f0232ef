// Small grammars that users write text in. The first letter says which; what is read and written must be read
// as the same again.
#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "apiserver/go_time.h"
#include "apiserver/json_path.h"
#include "lib/base/duration.h"
#include "lib/base/encoding.h"
#include "lib/base/time_text.h"
#include "lib/client/kubeconfig.h"
#include "lib/issuance/cron.h"
#include "lib/issuance/time_zone.h"
#include "lib/kube/label_selector.h"
#include "lib/pki/ip_address.h"
#include "lib/pki/name.h"
#include "tests/fuzz/targets.h"
#include "webhook/rules/grammar/email.h"
#include "webhook/rules/grammar/host_port.h"
#include "webhook/rules/grammar/label.h"

namespace cw::fuzz {
namespace {

constexpr TimePoint kStart{std::chrono::sys_days{std::chrono::year(2026) / 3 / 28}};

void check_error(const Error& error) { CW_ASSERT(error.code == Code::Invalid && !error.message.empty()); }

void duration(std::string_view text) {
  const auto parsed = parse_duration(text);
  if (!parsed) return check_error(parsed.error());
  const auto again = parse_duration(format_duration(*parsed));
  CW_ASSERT(again.has_value() && *again == *parsed);
}

void time(std::string_view text) {
  if (const auto parsed = parse_time(text)) {
    const auto again = parse_time(format_time(*parsed));
    CW_ASSERT(again.has_value() && *again == *parsed);
  }
  for (const auto form : {apiserver::TimeForm::Seconds, apiserver::TimeForm::Microseconds}) {
    const auto once = apiserver::canonical_time(text, form);
    if (!once) continue;
    const auto twice = apiserver::canonical_time(*once, form);
    CW_ASSERT(twice.has_value() && *twice == *once);
  }
}

void check_schedule(std::string_view text, const issuance::TimeZone& zone) {
  const auto schedule = issuance::CronSchedule::parse(text, zone);
  if (!schedule) return check_error(schedule.error());
  TimePoint at = kStart;
  for (int i = 0; i < 3; ++i) {
    const auto next = schedule->next_after(at);
    if (!next) return;
    CW_ASSERT(*next > at);
    at = *next;
  }
}

void cron(std::string_view text) { check_schedule(text, issuance::TimeZone::utc()); }

void zone(std::string_view tzif) {
  if (const auto parsed = issuance::TimeZone::parse(tzif)) check_schedule("30 2 * * 0", *parsed);
}

void label_selector(std::string_view text) {
  const auto selector = kube::LabelSelector::parse(text);
  if (!selector) return check_error(selector.error());
  const kube::Map labels;
  CW_ASSERT(selector->matches(labels) || !selector->empty());
  (void)webhook::label_key_faults(text);
  (void)webhook::label_value_faults(text);
}

void kubeconfig(std::string_view yaml) {
  // A folder that does not exist: the text must not open files.
  const auto access = client::parse_kubeconfig(yaml, "/nonexistent");
  if (access) CW_ASSERT(!access->http.base_url.empty());
  if (!access) CW_ASSERT(!access.error().message.empty());
}

void subject(std::string_view text) {
  const auto name = pki::parse_literal_subject(text);
  if (!name) return check_error(name.error());
  const auto encoded = pki::encode_name(*name);
  if (encoded) CW_ASSERT(pki::parse_name(*encoded).has_value());
}

void address(std::string_view text) {
  if (const auto parsed = pki::parse_ip(text)) CW_ASSERT(pki::parse_ip(pki::text_of(*parsed)) == parsed);
  if (const auto range = pki::parse_cidr(text)) {
    CW_ASSERT(range->address.bytes.size() == range->mask.size());
    // Not the range itself: ::ffff:10.0.0.0/104 is written as 10.0.0.0/8, as Go does.
    const auto again = pki::parse_cidr(pki::text_of(*range));
    CW_ASSERT(again.has_value() && pki::text_of(*again) == pki::text_of(*range));
  }
  (void)webhook::split_host_port(text);
  (void)webhook::parse_nameserver(text);
  (void)webhook::email_form(text);
}

void json_path(std::string_view text) {
  const auto path = apiserver::JsonPath::parse(text);
  if (!path) return check_error(path.error());
  const nlohmann::json root = {{"a", {{{"b", 1}, {"type", "Ready"}}, {{"b", {1, 2}}}}}, {"b", "x"}};
  for (const nlohmann::json* found : path->find(root)) CW_ASSERT(found != nullptr);
}

void encoding(std::string_view text) {
  const auto back = decode_base64(encode_base64(text));
  CW_ASSERT(back.has_value() && *back == text);
  const auto url = decode_base64url(encode_base64url(text));
  CW_ASSERT(url.has_value() && *url == text);
  (void)decode_base64url(text);
  if (const auto decoded = decode_base64(text)) CW_ASSERT(decode_base64(encode_base64(*decoded)) == decoded);
}

}  // namespace

void text(std::string_view input) {
  if (input.empty()) return;
  const std::string_view rest = input.substr(1);
  switch (input[0]) {
    case 'd':
      return duration(rest);
    case 't':
      return time(rest);
    case 'c':
      return cron(rest);
    case 'z':
      return zone(rest);
    case 'l':
      return label_selector(rest);
    case 'k':
      return kubeconfig(rest);
    case 's':
      return subject(rest);
    case 'a':
      return address(rest);
    case 'j':
      return json_path(rest);
    case 'e':
      return encoding(rest);
    default:
      return;
  }
}

}  // namespace cw::fuzz
