// tests/data/issuance/schedules.json was made by cert-manager v1.21.2 (util.CronParse, pki.RenewalTime); the
// last four entries of "renewal" by its commit 2d0d7f7f. Entries with "ours" were then corrected: the field
// fires on the day after one that has no midnight, and forgets an opening window when a later one in the list
// has none.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lib/base/time_text.h"
#include "lib/issuance/cron.h"
#include "lib/issuance/renewal.h"
#include "tests/unit/issuance/issuance_fixtures.h"

using namespace cw;
using namespace cw::issuance;

namespace {

const nlohmann::json& document() {
  static const nlohmann::json kDocument = test::data_file("issuance/schedules.json");
  return kDocument;
}

std::vector<std::string> next_times(const CronSchedule& schedule, TimePoint from, std::size_t count) {
  std::vector<std::string> times;
  auto next = schedule.next_after(from);
  for (; next && times.size() < count; next = schedule.next_after(*next)) times.push_back(format_time(*next));
  return times;
}

TimePoint time_at(const nlohmann::json& entry, const char* name) {
  return *parse_time(entry.at(name).get<std::string>());
}

}  // namespace

TEST_CASE("cron: the field's schedules give the field's times in every zone", "[issuance]") {
  for (const auto& entry : document().at("cron")) {
    INFO(entry);
    const auto schedule = CronSchedule::parse("CRON_TZ=" + entry.at("zone").get<std::string>() + " " +
                                              entry.at("cron").get<std::string>());
    REQUIRE(schedule.has_value() == entry.at("valid").get<bool>());
    if (!schedule) continue;
    const auto want = entry.at("next").get<std::vector<std::string>>();
    CHECK(next_times(*schedule, time_at(entry, "from"), 4) == want);
  }
}

TEST_CASE("renewal: the field's specs give the field's times", "[issuance]") {
  for (const auto& entry : document().at("renewal")) {
    INFO(entry);
    const RenewalTime found = renewal_time(time_at(entry, "notBefore"), time_at(entry, "notAfter"),
                                           test::spec_of(entry.at("spec")));
    CHECK(found.window_error.has_value() == entry.value("error", false));
    REQUIRE(found.at.has_value() == entry.contains("at"));
    if (found.at) CHECK(format_time(*found.at) == entry.at("at").get<std::string>());
  }
}
