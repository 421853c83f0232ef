#include "lib/issuance/renewal.h"

#include <catch2/catch.hpp>

#include "lib/base/time_text.h"
#include "lib/issuance/cron.h"
#include "tests/unit/issuance/issuance_fixtures.h"

using namespace cw;
using namespace cw::issuance;

namespace {

// Of a certificate valid for 90 days from 2026-01-01.
RenewalTime renewal_of(std::string_view spec) {
  const TimePoint not_before = *parse_time("2026-01-01T00:00:00Z");
  return renewal_time(not_before, not_before + std::chrono::hours(90 * 24), test::parse_spec(spec));
}

std::string text_of(const RenewalTime& time) { return time.at ? format_time(*time.at) : "never"; }

}  // namespace

TEST_CASE("renewal: the share of the lifetime that is asked for, else a third", "[issuance]") {
  CHECK(text_of(renewal_of("{}")) == "2026-03-02T00:00:00Z");
  CHECK(text_of(renewal_of(R"({"renewBefore":"24h"})")) == "2026-03-31T00:00:00Z");
  CHECK(text_of(renewal_of(R"({"renewBefore":"2160h"})")) == "2026-03-02T00:00:00Z");
  CHECK(text_of(renewal_of(R"({"renewBefore":"-1h"})")) == "2026-03-02T00:00:00Z");
  CHECK(text_of(renewal_of(R"({"renewBeforePercentage":50})")) == "2026-02-15T00:00:00Z");
  CHECK(text_of(renewal_of(R"({"renewBeforePercentage":100})")) == "2026-03-02T00:00:00Z");
}

TEST_CASE("renewal: the real lifetime counts, not the one asked for", "[issuance]") {
  CHECK(text_of(renewal_of(R"({"duration":"8760h"})")) == "2026-03-02T00:00:00Z");
}

TEST_CASE("renewal: Disabled never renews", "[issuance]") {
  CHECK(text_of(renewal_of(R"({"renewal":{"policy":"Disabled"}})")) == "never");
}

TEST_CASE("renewal: a window that is open keeps the time, one that opens later moves it", "[issuance]") {
  CHECK(
      text_of(renewal_of(
          R"({"renewal":{"policy":"RenewBefore","windows":[{"cron":"0 22 * * *","windowDuration":"4h"}]}})")) ==
      "2026-03-02T00:00:00Z");
  CHECK(
      text_of(renewal_of(
          R"({"renewal":{"policy":"RenewBefore","windows":[{"cron":"0 3 * * *","windowDuration":"1h"}]}})")) ==
      "2026-03-02T03:00:00Z");
  CHECK(
      text_of(renewal_of(
          R"({"renewal":{"policy":"RenewBefore","windows":[{"cron":"0 3 * * *","windowDuration":"1h","timezone":"America/New_York"}]}})")) ==
      "2026-03-02T08:00:00Z");
}

TEST_CASE("renewal: with a window error the time without windows still stands", "[issuance]") {
  for (const auto* window : {R"({"cron":"bad","windowDuration":"1h"})", R"({"cron":"@daily"})",
                             R"({"cron":"@daily","windowDuration":"0s"})",
                             R"({"cron":"@daily","windowDuration":"1h","timezone":"No/Where"})",
                             R"({"cron":"0 0 30 2 *","windowDuration":"1h"})"}) {
    INFO(window);
    const auto found =
        renewal_of(R"({"renewal":{"policy":"RenewBefore","windows":[)" + std::string(window) + "]}}");
    CHECK(found.window_error.has_value());
    CHECK(text_of(found) == "2026-03-02T00:00:00Z");
  }
}

TEST_CASE("cron: without a zone in the text the given one counts", "[issuance]") {
  const auto zone = *TimeZone::find("Asia/Tokyo");
  const TimePoint from = *parse_time("2026-01-01T00:00:00Z");
  CHECK(format_time(*CronSchedule::parse("0 0 * * *", zone)->next_after(from)) == "2026-01-01T15:00:00Z");
  CHECK(format_time(*CronSchedule::parse("TZ=UTC 0 0 * * *", zone)->next_after(from)) ==
        "2026-01-02T00:00:00Z");
  CHECK_FALSE(CronSchedule::parse("TZ=UTC").has_value());
  CHECK_FALSE(CronSchedule::parse("TZ=No/Where 0 0 * * *").has_value());
}

TEST_CASE("cron: a schedule that never comes ends the search", "[issuance]") {
  const TimePoint from = *parse_time("2026-01-01T00:00:00Z");
  for (const auto* text : {"0 0 30 2 *", "0 0 31 4,6,9,11 *", ", * * * *", "* * * , *"}) {
    INFO(text);
    CHECK_FALSE(CronSchedule::parse(text)->next_after(from).has_value());
  }
}

TEST_CASE("time zone: names are those of the database and nothing else", "[issuance]") {
  CHECK(TimeZone::find("").has_value());
  CHECK(TimeZone::find("Local").has_value());
  CHECK(TimeZone::find("Europe/Berlin").has_value());
  for (const auto* name :
       {"/etc/passwd", "../../etc/passwd", "\\x", "Europe", "zone.tab", "No/Where", "a\0b"}) {
    INFO(name);
    CHECK_FALSE(TimeZone::find(name).has_value());
  }
}

TEST_CASE("time zone: malformed files are refused at every length", "[issuance]") {
  // Version 2, one type (+3600), no changes, rule for ever.
  const std::string header = std::string("TZif2") + std::string(15, '\0');
  const std::string counts = std::string(16, '\0') + std::string("\0\0\0\1\0\0\0\4", 8);
  const std::string type = std::string("\0\0\x0e\x10\0\0", 6) + std::string("CET\0", 4);
  const std::string file = header + counts + type + header + counts + type + "\nCET-1CEST,M3.5.0,M10.5.0/3\n";
  const auto zone = TimeZone::parse(file);
  REQUIRE(zone.has_value());
  CHECK(zone->offset_at(*parse_time("2026-01-01T00:00:00Z")) == std::chrono::hours(1));
  CHECK(zone->offset_at(*parse_time("2026-03-29T00:59:59Z")) == std::chrono::hours(1));
  CHECK(zone->offset_at(*parse_time("2026-03-29T01:00:00Z")) == std::chrono::hours(2));
  CHECK(zone->offset_at(*parse_time("2026-10-25T01:00:00Z")) == std::chrono::hours(1));
  for (std::size_t size = 0; size + 29 < file.size(); ++size) {
    CHECK_FALSE(TimeZone::parse(file.substr(0, size)).has_value());
  }
  CHECK_FALSE(TimeZone::parse(file.substr(0, file.size() - 6) + "x\n").has_value());
}
