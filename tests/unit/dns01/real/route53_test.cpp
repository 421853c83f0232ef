// Route 53 and STS as moto (which we did not write) has them, at $ROUTE53_ENDPOINT.
#include "lib/dns01/route53.h"

#include <algorithm>
#include <cstdlib>
#include <thread>

#include <catch2/catch.hpp>

#include "lib/base/random.h"
#include "lib/dns01/aws_call.h"
#include "lib/dns01/texts.h"

using namespace cw;         // NOLINT(google-build-using-namespace)
using namespace cw::dns01;  // NOLINT(google-build-using-namespace)

namespace {

std::string endpoint() {
  const char* set = std::getenv("ROUTE53_ENDPOINT");  // NOLINT(concurrency-mt-unsafe)
  REQUIRE(set != nullptr);
  return set;
}

AwsKeys keys() {
  return {.access_key_id = "AKIDEXAMPLE",
          .secret_access_key = SecretBytes("example-secret"),
          .session_token = {}};
}

struct Moto {
  SystemClock clock;
  http::Fetcher fetch{{}};
  NameLocks locks;
  std::string zone = "z" + random_name_suffix() + ".example.";

  Wires wires() {
    return {fetch, clock, locks, [](const std::string&) { return std::string(); },
            [](std::chrono::milliseconds by) { std::this_thread::sleep_for(by / 20); }};
  }
  XmlElement ask(const std::string& method, const std::string& target, const std::string& body = "") {
    Call call{"moto",
              "set up",
              {.method = method,
               .url = endpoint() + "/2013-04-01/" + target,
               .body = body,
               .content_type = body.empty() ? "" : "text/xml"}};
    REQUIRE(sign_aws(call.request, keys(), {"us-east-1", "route53"}, clock.now()).has_value());
    auto answer = exchange_xml(fetch, call);
    if (!answer) FAIL(answer.error().error.message);
    return std::move(answer).value();
  }
  std::string make_zone(const std::string& name) {
    const auto made =
        ask("POST", "hostedzone",
            "<CreateHostedZoneRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><Name>" + name +
                "</Name><CallerReference>" + random_uuid() + "</CallerReference></CreateHostedZoneRequest>");
    return bare_id(made.text_at({"HostedZone", "Id"}));
  }
  std::vector<std::string> values(const std::string& id, const std::string& name) {
    std::vector<std::string> found;
    const auto answer =
        ask("GET", "hostedzone/" + id + "/rrset?" + url_encoded({{"name", name}, {"type", "TXT"}}));
    for (const auto& set : sets_in(answer, name)) {
      CHECK(set.ttl == "10");
      for (const auto& value : set.values) found.push_back(unquoted_txt(value));
    }
    std::ranges::sort(found);
    return found;
  }
  std::shared_ptr<TxtPublisher> publisher(Route53Settings settings) {
    settings.endpoint = endpoint();
    settings.sts_endpoint = endpoint();
    auto made = Route53::create(wires(), std::move(settings));
    REQUIRE(made.has_value());
    return *made;
  }
};

using Values = std::vector<std::string>;

void check_done(const Status& done) {
  if (!done) FAIL_CHECK(done.error().message);
}

}  // namespace

TEST_CASE("two values of a name, found by its zone, come and go") {
  Moto moto;
  moto.make_zone("above-" + moto.zone);
  const auto id = moto.make_zone(moto.zone);
  moto.make_zone("zzz." + moto.zone);
  const std::string name = "_acme-challenge.www." + moto.zone;
  const auto publisher = moto.publisher({.keys = keys()});
  const TxtRecord apex{name, moto.zone, "apex-value"};
  const TxtRecord wildcard{name, moto.zone, "wildcard-value"};
  for (int round = 0; round < 2; ++round) {
    check_done(publisher->present(apex));
    check_done(publisher->present(wildcard));
    CHECK(moto.values(id, name) == Values{"apex-value", "wildcard-value"});
  }
  check_done(publisher->clean_up(apex));
  CHECK(moto.values(id, name) == Values{"wildcard-value"});
  check_done(publisher->clean_up(apex));
  check_done(publisher->clean_up(wildcard));
  CHECK(moto.values(id, name).empty());
  check_done(publisher->clean_up(wildcard));
}

TEST_CASE("the zone by its ID, and one that is not there") {
  Moto moto;
  const auto id = moto.make_zone(moto.zone);
  const TxtRecord record{"_acme-challenge." + moto.zone, moto.zone, "value"};
  check_done(moto.publisher({.hosted_zone_id = "/hostedzone/" + id, .keys = keys()})->present(record));
  CHECK(moto.values(id, record.name) == Values{"value"});
  const auto absent = moto.publisher({.hosted_zone_id = "ZABSENT", .keys = keys()})->present(record);
  REQUIRE_FALSE(absent.has_value());
  CHECK(absent.error().code == Code::NotFound);
  const auto nowhere =
      moto.publisher({.keys = keys()})->present({"_acme-challenge.nowhere.test.", "nowhere.test.", "value"});
  REQUIRE_FALSE(nowhere.has_value());
  CHECK(nowhere.error().code == Code::NotFound);
}

TEST_CASE("with a role that STS gives, by keys and by a token") {
  Moto moto;
  const auto id = moto.make_zone(moto.zone);
  const std::string role = "arn:aws:iam::123456789012:role/dns";
  const TxtRecord first{"_acme-challenge.a." + moto.zone, moto.zone, "one"};
  const TxtRecord second{"_acme-challenge.b." + moto.zone, moto.zone, "two"};
  check_done(moto.publisher({.hosted_zone_id = id, .keys = keys(), .role = role})->present(first));
  check_done(moto.publisher({.hosted_zone_id = id,
                             .role = role,
                             .identity_token = [] { return Result<SecretBytes>(SecretBytes("a.b.c")); }})
                 ->present(second));
  CHECK(moto.values(id, first.name) == Values{"one"});
  CHECK(moto.values(id, second.name) == Values{"two"});
}

TEST_CASE("many at the same time") {
  Moto moto;
  const auto id = moto.make_zone(moto.zone);
  const auto publisher = moto.publisher({.keys = keys()});
  const std::string name = "_acme-challenge.many." + moto.zone;
  std::vector<std::thread> threads;
  std::vector<Status> done(6, Done{});
  for (std::size_t i = 0; i < done.size(); ++i) {
    threads.emplace_back(
        [&, i] { done[i] = publisher->present({name, moto.zone, "value-" + std::to_string(i)}); });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& one : done) check_done(one);
  CHECK(moto.values(id, name).size() == 6);
}
