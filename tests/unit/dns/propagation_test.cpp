#include "lib/dns/propagation.h"

#include <catch2/catch.hpp>

#include "tests/unit/dns/scripted_lookup.h"

using namespace cw;       // NOLINT(google-build-using-namespace)
using namespace cw::dns;  // NOLINT(google-build-using-namespace)
using cw::test::code_only;
using cw::test::no_answer;
using cw::test::ScriptedLookup;

namespace {

const std::string kName = "_acme-challenge.www.example.test.";
const std::string kFirst = "192.0.2.1:53";
const std::string kSecond = "192.0.2.2:53";

void add_world(ScriptedLookup& lookup) {
  lookup.add_zone("example.test.");
  for (const char* number : {"1", "2"}) {
    const std::string server = std::string("ns") + number + ".example.test.";
    lookup.add("example.test.", RecordType::Ns, server);
    lookup.add(server, RecordType::A, std::string("192.0.2.") + number);
  }
}

DnsAnswer txt(const std::string& name, const std::string& value, int ttl = 60) {
  return {
      .code = ResponseCode::NoError,
      .records = {{.name = name, .type = RecordType::Txt, .ttl = std::chrono::seconds(ttl), .value = value}},
      .authority = {}};
}

Result<Propagation> check(ScriptedLookup& lookup) {
  return check_propagation(lookup, kName, "v", {.recursive_nameservers = {"r"}});
}

}  // namespace

TEST_CASE("a value is visible once every server of the zone has it", "[dns][propagation]") {
  ScriptedLookup lookup;
  add_world(lookup);
  auto seen = check(lookup);
  REQUIRE(seen);
  CHECK_FALSE(seen->visible);
  CHECK_THAT(seen->reason, Catch::Contains("ns1.example.test.") && Catch::Contains("ns2.example.test."));
  CHECK_FALSE(seen->ttl.has_value());
  lookup.answer(kFirst, RecordType::Txt, txt(kName, "v"));
  seen = check(lookup);
  CHECK_FALSE(seen->visible);
  CHECK_THAT(seen->reason, !Catch::Contains("ns1.example.test.") && Catch::Contains("ns2.example.test."));
  lookup.answer(kSecond, RecordType::Txt, txt(kName, "v"));
  seen = check(lookup);
  CHECK(seen->visible);
  CHECK(seen->reason.empty());
  CHECK(lookup.was_asked(kFirst));
}

TEST_CASE("one value among others is enough, another is not", "[dns][propagation]") {
  ScriptedLookup lookup;
  add_world(lookup);
  lookup.add(kName, RecordType::Txt, "other");
  auto seen = check(lookup);
  CHECK_FALSE(seen->visible);
  CHECK_THAT(seen->reason, Catch::Contains("other values only"));
  lookup.add(kName, RecordType::Txt, "v");
  CHECK(check(lookup)->visible);
}

TEST_CASE("a server that fails is named with what it said", "[dns][propagation]") {
  ScriptedLookup lookup;
  add_world(lookup);
  lookup.add(kName, RecordType::Txt, "v");
  SECTION("SERVFAIL") {
    lookup.answer(kSecond, RecordType::Txt, code_only(ResponseCode::ServFail));
    CHECK_THAT(check(lookup)->reason, Catch::Contains("ns2.example.test. answers SERVFAIL"));
  }
  SECTION("no answer") {
    lookup.answer(kSecond, RecordType::Txt, no_answer());
    CHECK_THAT(check(lookup)->reason, Catch::Contains("ns2.example.test. cannot be asked: no answer"));
  }
  CHECK_FALSE(check(lookup)->visible);
}

TEST_CASE("a TXT record of another name in the answer is not taken", "[dns][propagation]") {
  ScriptedLookup lookup;
  add_world(lookup);
  lookup.answer(kFirst, RecordType::Txt, txt("evil.test.", "v"));
  lookup.answer(kSecond, RecordType::Txt, txt("evil.test.", "v"));
  CHECK_FALSE(check(lookup)->visible);
}

TEST_CASE("a delegated name is looked for in its own zone", "[dns][propagation]") {
  ScriptedLookup lookup;
  add_world(lookup);
  lookup.add(kName, RecordType::Cname, "www.acme.test.");
  lookup.add_zone("acme.test.");
  lookup.add("acme.test.", RecordType::Ns, "ns.acme.test.");
  lookup.add("ns.acme.test.", RecordType::A, "192.0.2.9");
  lookup.answer("192.0.2.9:53", RecordType::Txt, txt("www.acme.test.", "v"));
  CHECK(check(lookup)->visible);
  CHECK_FALSE(lookup.was_asked(kFirst));
}

TEST_CASE("a circle of CNAMEs is an error", "[dns][propagation]") {
  ScriptedLookup lookup;
  add_world(lookup);
  lookup.add(kName, RecordType::Cname, kName);
  CHECK(check(lookup).error().code == Code::Invalid);
}

TEST_CASE("given servers are asked instead of the zone's own", "[dns][propagation]") {
  ScriptedLookup lookup;
  add_world(lookup);
  lookup.add(kName, RecordType::Cname, "www.acme.test.");
  lookup.add("www.acme.test.", RecordType::Txt, "v");
  PropagationSettings settings{.recursive_nameservers = {"r"}};
  SECTION("recursive only") { settings.recursive_only = true; }
  SECTION("of the solver") { settings.nameservers = {"r", "https://dns.test/query"}; }
  CHECK(check_propagation(lookup, kName, "v", settings)->visible);
  CHECK_FALSE(lookup.was_asked(kFirst));
  CHECK(lookup.count(RecordType::Soa) == 0);
  lookup.answer("r", RecordType::Txt, txt(kName, "old", 17));
  const auto seen = check_propagation(lookup, kName, "v", settings);
  CHECK_FALSE(seen->visible);
  CHECK(seen->ttl == std::chrono::seconds(17));
}

TEST_CASE("a missing name is worth another look after its negative TTL", "[dns][propagation]") {
  ScriptedLookup lookup;
  lookup.add_zone("example.test.", 7);
  const auto seen =
      check_propagation(lookup, kName, "v", {.recursive_nameservers = {"r"}, .recursive_only = true});
  CHECK_FALSE(seen->visible);
  CHECK(seen->ttl == std::chrono::seconds(7));
}

TEST_CASE("many servers are all asked, and the reason stays short", "[dns][propagation]") {
  ScriptedLookup lookup;
  std::vector<std::string> servers;
  for (int i = 0; i < 40; ++i) servers.push_back("s" + std::to_string(i));
  const auto seen = check_propagation(lookup, kName, "v", {.nameservers = servers});
  CHECK(lookup.count(RecordType::Txt) == 40);
  CHECK_THAT(seen->reason, Catch::EndsWith("and 36 more"));
}
