#include "lib/dns/zones.h"

#include <catch2/catch.hpp>

#include "lib/dns/cached_lookup.h"
#include "tests/unit/dns/scripted_lookup.h"

using namespace cw;       // NOLINT(google-build-using-namespace)
using namespace cw::dns;  // NOLINT(google-build-using-namespace)
using cw::test::code_only;
using cw::test::no_answer;
using cw::test::ScriptedLookup;

namespace {
const std::string kName = "_acme-challenge.www.example.test.";
const std::vector<std::string> kServers{"a", "b"};
}  // namespace

TEST_CASE("a zone is found in one question where the answer names it", "[dns][zones]") {
  ScriptedLookup lookup;
  lookup.add_zone("example.test.");
  CHECK(*find_zone({lookup, kServers}, kName) == "example.test.");
  CHECK(lookup.count(RecordType::Soa) == 1);
}

TEST_CASE("a zone is found by climbing where answers come without authority", "[dns][zones]") {
  ScriptedLookup lookup;
  lookup.leave_out_authority();
  lookup.add_zone("example.test.");
  CHECK(*find_zone({lookup, kServers}, kName) == "example.test.");
  CHECK(lookup.count(RecordType::Soa) == 3);
}

TEST_CASE("the closest zone is taken", "[dns][zones]") {
  ScriptedLookup lookup;
  lookup.add_zone("example.test.");
  lookup.add_zone("www.example.test.");
  CHECK(*find_zone({lookup, kServers}, kName) == "www.example.test.");
}

TEST_CASE("a CNAME at a name is no sign of a zone", "[dns][zones]") {
  ScriptedLookup lookup;
  lookup.add_zone("example.test.");
  lookup.add_zone("other.test.");
  lookup.add(kName, RecordType::Cname, "other.test.");
  CHECK(*find_zone({lookup, kServers}, kName) == "example.test.");
}

TEST_CASE("an SOA that is not above the name is not believed", "[dns][zones]") {
  ScriptedLookup lookup;
  lookup.leave_out_authority();
  lookup.add_zone("example.test.");
  DnsAnswer lie = code_only(ResponseCode::NxDomain);
  lie.authority.push_back({.name = "evil.test.", .type = RecordType::Soa, .value = "ns.evil.test."});
  lookup.answer("a", RecordType::Soa, lie);
  const auto zone = find_zone({lookup, {"a"}}, kName);
  REQUIRE_FALSE(zone);
  CHECK(zone.error().code == Code::NotFound);
}

TEST_CASE("no zone is NotFound, with the name", "[dns][zones]") {
  ScriptedLookup lookup;
  const auto zone = find_zone({lookup, kServers}, kName);
  REQUIRE_FALSE(zone);
  CHECK(zone.error().code == Code::NotFound);
  CHECK_THAT(zone.error().message, Catch::Contains(kName));
}

TEST_CASE("the next server is asked where one fails", "[dns][zones]") {
  ScriptedLookup lookup;
  lookup.add_zone("example.test.");
  SECTION("SERVFAIL") { lookup.answer("a", RecordType::Soa, code_only(ResponseCode::ServFail)); }
  SECTION("no answer") { lookup.answer("a", RecordType::Soa, no_answer()); }
  CHECK(*find_zone({lookup, kServers}, kName) == "example.test.");
}

TEST_CASE("where all servers fail the last failure is told", "[dns][zones]") {
  ScriptedLookup lookup;
  lookup.answer("a", RecordType::Soa, no_answer());
  lookup.answer("b", RecordType::Soa, code_only(ResponseCode::Refused));
  const auto zone = find_zone({lookup, kServers}, kName);
  REQUIRE_FALSE(zone);
  CHECK(zone.error().code == Code::Unavailable);
  CHECK_THAT(zone.error().message, Catch::Contains("REFUSED") && Catch::Contains("b"));
}

TEST_CASE("CNAMEs are followed to their end", "[dns][zones]") {
  ScriptedLookup lookup;
  CHECK(*follow_cnames({lookup, kServers}, kName) == kName);
  lookup.add(kName, RecordType::Cname, "one.test.");
  lookup.add("one.test.", RecordType::Cname, "two.test.");
  CHECK(*follow_cnames({lookup, kServers}, kName) == "two.test.");
}

TEST_CASE("CNAMEs in a circle, or too many, are Invalid", "[dns][zones]") {
  ScriptedLookup lookup;
  lookup.add(kName, RecordType::Cname, "0.test.");
  SECTION("circle") { lookup.add("0.test.", RecordType::Cname, kName); }
  SECTION("itself") { lookup.add("0.test.", RecordType::Cname, "0.test."); }
  SECTION("too many") {
    for (int i = 0; i < 30; ++i) {
      lookup.add(std::to_string(i) + ".test.", RecordType::Cname, std::to_string(i + 1) + ".test.");
    }
  }
  const auto end = follow_cnames({lookup, kServers}, kName);
  REQUIRE_FALSE(end);
  CHECK(end.error().code == Code::Invalid);
  CHECK(lookup.count(RecordType::Cname) <= 12);
}

TEST_CASE("a zone's servers come with their addresses", "[dns][zones]") {
  ScriptedLookup lookup;
  lookup.add_zone("example.test.");
  lookup.add("example.test.", RecordType::Ns, "ns1.example.test.");
  lookup.add("example.test.", RecordType::Ns, "ns2.example.test.");
  lookup.add("ns1.example.test.", RecordType::Aaaa, "2001:db8::1");
  lookup.add("ns1.example.test.", RecordType::A, "192.0.2.1");
  const auto servers = authoritative_servers({lookup, kServers}, "example.test.");
  REQUIRE(servers);
  REQUIRE(servers->size() == 2);
  CHECK((*servers)[0].name == "ns1.example.test.");
  CHECK((*servers)[0].addresses == std::vector<std::string>{"192.0.2.1", "2001:db8::1"});
  CHECK((*servers)[1].addresses.empty());
  CHECK(authoritative_servers({lookup, kServers}, "other.test.").error().code == Code::NotFound);
}

TEST_CASE("SOA, NS and addresses are kept for their TTL, other types never", "[dns][cache]") {
  ScriptedLookup lookup;
  ManualClock clock(TimePoint(std::chrono::seconds(1000)));
  CachedLookup cached(lookup, clock);
  lookup.add_zone("example.test.", 30);
  lookup.add("example.test.", RecordType::Txt, "v", 3600);
  for (int i = 0; i < 3; ++i) {
    CHECK(cached.ask({"example.test.", RecordType::Soa}, "a")->records.size() == 1);
    CHECK(cached.ask({"x.example.test.", RecordType::Soa}, "a")->code == ResponseCode::NxDomain);
    CHECK(cached.ask({"example.test.", RecordType::Txt}, "a")->records.size() == 1);
  }
  CHECK(lookup.count(RecordType::Soa) == 2);
  CHECK(lookup.count(RecordType::Txt) == 3);
  CHECK(cached.ask({"example.test.", RecordType::Soa}, "b").has_value());
  CHECK(lookup.count(RecordType::Soa) == 3);
  clock.advance(std::chrono::seconds(30));
  CHECK(cached.ask({"example.test.", RecordType::Soa}, "a").has_value());
  CHECK(lookup.count(RecordType::Soa) == 4);
}

TEST_CASE("failures are not kept", "[dns][cache]") {
  ScriptedLookup lookup;
  const ManualClock clock(TimePoint(std::chrono::seconds(1000)));
  CachedLookup cached(lookup, clock);
  lookup.answer("a", RecordType::Soa, code_only(ResponseCode::ServFail));
  lookup.answer("b", RecordType::Soa, no_answer());
  for (int i = 0; i < 2; ++i) {
    CHECK(cached.ask({"example.test.", RecordType::Soa}, "a").has_value());
    CHECK_FALSE(cached.ask({"example.test.", RecordType::Soa}, "b").has_value());
  }
  CHECK(lookup.count(RecordType::Soa) == 4);
}
