// With a BIND that tests/real/dns starts: BIND_SERVER is its "127.0.0.1:port"; BIND_KEYS has a "name
// algorithm secret" a line, one for each algorithm; BIND_OUTSIDER is such a line for a key that may change
// nothing. It serves example.test, sub.example.test and other.test, and delegated.example.test is a CNAME to
// there.
#include <algorithm>
#include <cstdlib>
#include <sstream>

#include <catch2/catch.hpp>

#include "lib/dns/names.h"
#include "lib/dns/propagation.h"
#include "lib/dns/udp_tcp_lookup.h"
#include "lib/dns/zones.h"
#include "lib/dns01/rfc2136.h"

using namespace cw;       // NOLINT(google-build-using-namespace)
using namespace cw::dns;  // NOLINT(google-build-using-namespace)
using dns01::Rfc2136;
using dns01::Rfc2136Settings;
using dns01::TxtRecord;

namespace {

std::string environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  REQUIRE(value != nullptr);
  return value;
}
const std::string& server() {
  static const std::string text = environment("BIND_SERVER");
  return text;
}

struct Key {
  std::string name;
  std::string algorithm;
  std::string secret;
};
std::vector<Key> keys(const char* variable = "BIND_KEYS") {
  std::istringstream lines(environment(variable));
  std::vector<Key> all;
  for (Key key; lines >> key.name >> key.algorithm >> key.secret;) all.push_back(key);
  return all;
}

struct With {
  Key key;
  std::string protocol = "UDP";
};
Result<std::shared_ptr<dns01::TxtPublisher>> publisher(const With& with, const Clock& clock) {
  return Rfc2136::create({.nameserver = server(),
                          .key_name = with.key.name,
                          .secret = SecretBytes(with.key.secret),
                          .algorithm = with.key.algorithm,
                          .protocol = with.protocol},
                         clock);
}

std::vector<std::string> values(const std::string& name) {
  UdpTcpLookup lookup;
  const auto answer = lookup.ask({name, RecordType::Txt}, server());
  REQUIRE(answer);
  std::vector<std::string> found;
  for (const Record& record : answer->records) {
    CHECK(record.ttl == std::chrono::seconds(60));
    found.push_back(record.value);
  }
  std::sort(found.begin(), found.end());
  return found;
}

using Values = std::vector<std::string>;
TxtRecord record(const std::string& name, const std::string& value) {
  return {.name = name + ".example.test.", .zone = "example.test.", .value = value};
}

Status present_with(const Key& key, const Clock& clock = SystemClock(),
                    const TxtRecord& what = record("refused", "v")) {
  const auto with = publisher({.key = key}, clock);
  if (!with) return with.error();
  return (*with)->present(what);
}

}  // namespace

TEST_CASE("each algorithm over UDP and TCP adds and removes one value, repeatedly", "[bind]") {
  const SystemClock clock;
  REQUIRE(keys().size() == 6);
  for (const Key& key : keys()) {
    for (const char* protocol : {"UDP", "TCP"}) {
      INFO(key.algorithm << " " << protocol);
      const auto with = publisher({.key = key, .protocol = protocol}, clock);
      REQUIRE(with);
      const std::string name = "_acme-challenge." + key.name + protocol;
      for (int i = 0; i < 2; ++i) {
        const Status done = (*with)->present(record(name, "one"));
        INFO((done ? "" : done.error().message));
        REQUIRE(done);
      }
      REQUIRE((*with)->present(record(name, "two")));
      CHECK(values(*absolute_name(name + ".example.test")) == Values{"one", "two"});
      for (int i = 0; i < 2; ++i) REQUIRE((*with)->clean_up(record(name, "one")));
      CHECK(values(*absolute_name(name + ".example.test")) == Values{"two"});
      REQUIRE((*with)->clean_up(record(name, "two")));
      CHECK(values(*absolute_name(name + ".example.test")).empty());
    }
  }
}

TEST_CASE("what BIND refuses is told, and changes nothing", "[bind]") {
  const Key good = keys().at(3);
  struct Case {
    Key key;
    const char* told;
  };
  Key no_name = good;
  no_name.name = "nobody";
  Key no_secret = good;
  no_secret.secret = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  Key no_algorithm = good;
  no_algorithm.algorithm = "HMACSHA1";
  for (const Case& each : {Case{no_name, "BADKEY"}, Case{no_secret, "BADSIG"}, Case{no_algorithm, "BADKEY"},
                           Case{keys("BIND_OUTSIDER").at(0), "REFUSED"}, Case{{}, "REFUSED"}}) {
    const Status done = present_with(each.key);
    REQUIRE_FALSE(done);
    CHECK_THAT(done.error().message, Catch::Contains(each.told));
    CHECK(done.error().code == Code::Forbidden);
    CHECK(done.error().message == present_with(each.key).error().message);
    CHECK((each.key.secret.empty() || done.error().message.find(each.key.secret) == std::string::npos));
  }
  CHECK(values("refused.example.test.").empty());
}

TEST_CASE("clocks that are apart are told", "[bind]") {
  const TimePoint now = SystemClock().now();
  for (const auto off : {std::chrono::seconds(-1000), std::chrono::seconds(1000)}) {
    const Status done = present_with(keys().at(3), ManualClock(now + off));
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Code::Unavailable);
    CHECK_THAT(done.error().message, Catch::Contains("BADTIME"));
  }
}

TEST_CASE("a zone that BIND does not serve, and a name outside of the zone", "[bind]") {
  const SystemClock clock;
  const Status no_zone =
      present_with(keys().at(3), clock, {.name = "a.no.test.", .zone = "no.test.", .value = "v"});
  REQUIRE_FALSE(no_zone);
  CHECK(no_zone.error().code == Code::NotFound);
  CHECK_THAT(no_zone.error().message, Catch::Contains("NOTAUTH"));
  const Status outside =
      present_with(keys().at(3), clock, {.name = "a.other.test.", .zone = "example.test.", .value = "v"});
  REQUIRE_FALSE(outside);
  CHECK_THAT(outside.error().message, Catch::Contains("NOTZONE"));
}

TEST_CASE("zones, servers and CNAMEs are found", "[bind]") {
  UdpTcpLookup lookup;
  const Nameservers bind{.lookup = lookup, .servers = {server()}};
  CHECK(*find_zone(bind, "_acme-challenge.a.b.example.test.") == "example.test.");
  CHECK(*find_zone(bind, "_acme-challenge.sub.example.test.") == "sub.example.test.");
  CHECK(*find_zone(bind, "example.test.") == "example.test.");
  CHECK(find_zone(bind, "a.elsewhere.test.").error().code ==
        Code::Unavailable);  // REFUSED: it does not recurse
  CHECK(*follow_cnames(bind, "delegated.example.test.") == "target.other.test.");
  const auto servers = authoritative_servers(bind, "example.test.");
  REQUIRE(servers);
  REQUIRE(servers->size() == 1);
  CHECK(servers->at(0).name == "ns1.example.test.");
  CHECK(servers->at(0).addresses == Values{"127.0.0.1"});
}

TEST_CASE("a value is seen at once after it is published, and not before", "[bind]") {
  const SystemClock clock;
  UdpTcpLookup lookup;
  const auto port = parse_server(server())->port;
  const PropagationSettings own{.recursive_nameservers = {server()}, .authoritative_port = port};
  PropagationSettings given = own;
  given.recursive_only = true;
  const auto with = publisher({.key = keys().at(3)}, clock);
  REQUIRE(with);
  const TxtRecord seen = record("seen", "value");
  for (const PropagationSettings& settings : {own, given}) {
    const auto before = check_propagation(lookup, seen.name, seen.value, settings);
    REQUIRE(before);
    CHECK_FALSE(before->visible);
    CHECK_THAT(before->reason, Catch::Contains("has no TXT record"));
    REQUIRE((*with)->present(seen));
    CHECK(check_propagation(lookup, seen.name, seen.value, settings)->visible);
    CHECK_FALSE(check_propagation(lookup, seen.name, "another", settings)->visible);
    REQUIRE((*with)->clean_up(seen));
  }
}

TEST_CASE("a delegated name is seen in the other zone", "[bind]") {
  const SystemClock clock;
  UdpTcpLookup lookup;
  const PropagationSettings settings{.recursive_nameservers = {server()},
                                     .authoritative_port = parse_server(server())->port};
  const auto with = publisher({.key = keys().at(3)}, clock);
  REQUIRE(with);
  const TxtRecord target{.name = "target.other.test.", .zone = "other.test.", .value = "value"};
  REQUIRE((*with)->present(target));
  CHECK(check_propagation(lookup, "delegated.example.test.", "value", settings)->visible);
  REQUIRE((*with)->clean_up(target));
}

TEST_CASE("an answer that does not fit a datagram comes over TCP", "[bind]") {
  const SystemClock clock;
  const auto with = publisher({.key = keys().at(3)}, clock);
  REQUIRE(with);
  Values all;
  for (char letter = 'a'; letter < 'a' + 20; ++letter) all.emplace_back(200, letter);
  for (const std::string& value : all) REQUIRE((*with)->present(record("many", value)));
  CHECK(values("many.example.test.") == all);
  for (const std::string& value : all) REQUIRE((*with)->clean_up(record("many", value)));
  CHECK(values("many.example.test.").empty());
}

TEST_CASE("a value longer than one string comes back whole", "[bind]") {
  const SystemClock clock;
  const auto with = publisher({.key = keys().at(3), .protocol = "TCP"}, clock);
  REQUIRE(with);
  const std::string value(600, 'x');
  REQUIRE((*with)->present(record("long", value)));
  CHECK(values("long.example.test.") == Values{value});
  REQUIRE((*with)->clean_up(record("long", value)));
  CHECK(values("long.example.test.").empty());
}

TEST_CASE("settings that cannot work are Invalid, with their field", "[bind]") {
  const SystemClock clock;
  struct Case {
    Rfc2136Settings settings;
    const char* told;
  };
  std::vector<Case> cases;
  cases.push_back({{.nameserver = ""}, "rfc2136.nameserver"});
  cases.push_back({{.nameserver = "ns", .key_name = "k", .secret = SecretBytes("%")}, "tsigSecretSecretRef"});
  cases.push_back({{.nameserver = "ns", .key_name = "a..b", .secret = SecretBytes("AAAA")}, "tsigKeyName"});
  cases.push_back({{.nameserver = "ns", .key_name = "k", .secret = SecretBytes("AAAA"), .algorithm = "x"},
                   "tsigAlgorithm"});
  cases.push_back({{.nameserver = "ns", .protocol = "SCTP"}, "rfc2136.protocol"});
  for (const Case& each : cases) {
    const auto made = Rfc2136::create(each.settings, clock);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == Code::Invalid);
    CHECK_THAT(made.error().message, Catch::Contains(each.told));
  }
}
