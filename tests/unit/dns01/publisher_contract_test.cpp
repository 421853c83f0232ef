// What every publisher keeps to, whichever provider is behind it.
#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/unit/dns01/fake_cloud.h"

using namespace cw;               // NOLINT(google-build-using-namespace)
using namespace cw::dns01;        // NOLINT(google-build-using-namespace)
using namespace cw::dns01::test;  // NOLINT(google-build-using-namespace)

namespace {

const std::string kName = "_acme-challenge.www.example.com.";

TxtRecord record(const std::string& value, const std::string& name = kName) {
  return {.name = name, .zone = "example.com.", .value = value};
}

struct Bench {
  ManualClock clock{kNow};
  NameLocks locks;
  Provider provider;
  std::shared_ptr<TxtPublisher> publisher = nullptr;

  explicit Bench(Provider made) : provider(std::move(made)) { publisher = another(); }
  FakeCloud& cloud() { return *provider.cloud; }
  Wires wires() {
    return {*provider.cloud, clock, locks, [](const std::string&) { return std::string(); },
            [](std::chrono::milliseconds) {}};
  }
  std::shared_ptr<TxtPublisher> another() {
    auto made = provider.make(wires());
    REQUIRE(made.has_value());
    return *made;
  }
};

void check_tells_no_secret(const Bench& bench, const std::string& message) {
  for (const auto& secret : bench.provider.secrets) CHECK(message.find(secret) == std::string::npos);
  CHECK(message.size() < 600);
  for (const char* unsteady : {"Trace ID", "request_id", "RequestId", "f00", "0b5f3c"}) {
    CHECK(message.find(unsteady) == std::string::npos);
  }
}

// For each provider, with a bench of its own.
template <typename Check>
void for_all(Check check) {
  for (auto& provider : all_providers()) {
    DYNAMIC_SECTION(provider.name) {
      Bench bench(std::move(provider));
      check(bench);
    }
  }
}

using Values = std::vector<std::string>;

}  // namespace

TEST_CASE("a value is published, once, and taken away", "[contract]") {
  for_all([](Bench& bench) {
    REQUIRE(bench.publisher->present(record("one")).has_value());
    REQUIRE(bench.publisher->present(record("one")).has_value());
    if (bench.provider.removes) CHECK(bench.cloud().values(kName) == Values{"one"});
    REQUIRE(bench.publisher->clean_up(record("one")).has_value());
    REQUIRE(bench.publisher->clean_up(record("one")).has_value());
    if (bench.provider.removes) CHECK(bench.cloud().values(kName).empty());
  });
}

TEST_CASE("the values of a name and its wildcard live together", "[contract]") {
  for_all([](Bench& bench) {
    REQUIRE(bench.publisher->present(record("apex")).has_value());
    REQUIRE(bench.another()->present(record("wildcard")).has_value());
    CHECK(bench.cloud().values(kName) == Values{"apex", "wildcard"});
    if (!bench.provider.removes) return;
    REQUIRE(bench.publisher->clean_up(record("apex")).has_value());
    CHECK(bench.cloud().values(kName) == Values{"wildcard"});
    REQUIRE(bench.another()->clean_up(record("wildcard")).has_value());
    CHECK(bench.cloud().values(kName).empty());
  });
}

TEST_CASE("values of others stay, whatever they look like", "[contract]") {
  for_all([](Bench& bench) {
    if (!bench.provider.removes) return;
    for (const char* other : {"v=spf1 -all", "with \"quotes\" and \\", "third", "fourth"})
      bench.cloud().put(kName, other);
    const auto before = bench.cloud().values(kName);
    REQUIRE(bench.publisher->present(record("mine")).has_value());
    CHECK(bench.cloud().values(kName).size() == before.size() + 1);
    REQUIRE(bench.publisher->clean_up(record("mine")).has_value());
    CHECK(bench.cloud().values(kName) == before);
  });
}

TEST_CASE("the record of the zone itself, and names below others", "[contract]") {
  for_all([](Bench& bench) {
    if (!bench.provider.removes) return;
    const std::string other = "_acme-challenge.example.com.";
    REQUIRE(bench.publisher->present(record("one")).has_value());
    REQUIRE(bench.publisher->present(record("two", other)).has_value());
    CHECK(bench.cloud().values(other) == Values{"two"});
    REQUIRE(bench.publisher->clean_up(record("one")).has_value());
    CHECK(bench.cloud().values(other) == Values{"two"});
  });
}

TEST_CASE("presents of one name at the same time lose nothing", "[contract]") {
  for_all([](Bench& bench) {
    if (!bench.provider.removes) return;
    auto other = bench.another();
    std::vector<std::thread> threads;
    std::atomic<int> failed{0};
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        auto& publisher = i % 2 == 0 ? bench.publisher : other;
        if (!publisher->present(record("value-" + std::to_string(i)))) ++failed;
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(failed == 0);
    CHECK(bench.cloud().values(kName).size() == 8);
    threads.clear();
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        if (!bench.publisher->clean_up(record("value-" + std::to_string(i)))) ++failed;
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(failed == 0);
    CHECK(bench.cloud().values(kName).empty());
  });
}

TEST_CASE("what another program writes between reading and writing survives", "[contract]") {
  for_all([](Bench& bench) {
    if (!bench.provider.guards || !bench.provider.removes) return;
    bench.cloud().before_write = [&] { bench.cloud().put(kName, "theirs"); };
    REQUIRE(bench.publisher->present(record("mine")).has_value());
    CHECK(bench.cloud().values(kName) == Values{"mine", "theirs"});
    bench.cloud().before_write = [&] { bench.cloud().put(kName, "late"); };
    REQUIRE(bench.publisher->clean_up(record("mine")).has_value());
    CHECK(bench.cloud().values(kName) == Values{"late", "theirs"});
  });
}

TEST_CASE("refused credentials are Forbidden and never told", "[contract]") {
  for_all([](Bench& bench) {
    bench.cloud().refuse_credentials(true);
    const auto refused = bench.publisher->present(record("one"));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == Code::Forbidden);
    check_tells_no_secret(bench, refused.error().message);
    // The same words each time: they are in a status.
    CHECK(bench.publisher->present(record("one")).error() == refused.error());
    bench.cloud().refuse_credentials(false);
    CHECK(bench.publisher->present(record("one")).has_value());
  });
}

TEST_CASE("a zone that is not there is NotFound, and nothing to clean up", "[contract]") {
  for_all([](Bench& bench) {
    bench.cloud().remove_zones();
    const auto absent = bench.publisher->present(record("one"));
    REQUIRE_FALSE(absent.has_value());
    CHECK(absent.error().code == Code::NotFound);
    CHECK(bench.publisher->clean_up(record("one")).has_value());
  });
}

TEST_CASE("a zone that goes after it was found is noticed", "[contract]") {
  for_all([](Bench& bench) {
    REQUIRE(bench.publisher->present(record("one")).has_value());
    bench.cloud().remove_zones();
    const auto absent = bench.publisher->present(record("two"));
    REQUIRE_FALSE(absent.has_value());
    CHECK(absent.error().code == Code::NotFound);
    CHECK(bench.publisher->clean_up(record("one")).has_value());
  });
}

TEST_CASE("servers that fail are worth another try", "[contract]") {
  for_all([](Bench& bench) {
    for (const int status : {429, 500, 502, 503, 504}) {
      bench.cloud().instead = [&](const Asked&) { return text_answer(status, "<html>no</html>"); };
      const auto failed = bench.publisher->present(record("one"));
      REQUIRE_FALSE(failed.has_value());
      CHECK(failed.error().code == Code::Unavailable);
      CHECK(failed.error().message.find("HTTP " + std::to_string(status)) != std::string::npos);
    }
    bench.cloud().instead = [](const Asked&) { return Error{Code::Unavailable, "no connection"}; };
    CHECK(bench.publisher->present(record("one")).error().code == Code::Unavailable);
    bench.cloud().instead = nullptr;
    CHECK(bench.publisher->present(record("one")).has_value());
  });
}

TEST_CASE("answers that are broken at any point end in an error", "[contract]") {
  for_all([](Bench& bench) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    std::string xml_deep;
    for (int i = 0; i < 50'000; ++i) xml_deep += "<a>";
    const Values bodies = {"{",
                           "null",
                           "[]",
                           "[1,2",
                           "\"text\"",
                           "<a",
                           "<a/>",
                           deep,
                           xml_deep,
                           std::string(1, '\0'),
                           "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
                           "{\"error\":7,\"errors\":[3],\"result\":{\"id\":1}}"};
    for (const auto& body : bodies) {
      for (const int status : {200, 404, 409, 400}) {
        for (std::size_t good = 0; good < 4; ++good) {
          std::size_t asked = 0;
          bench.cloud().instead = [&](const Asked&) -> std::optional<Result<ClientResponse>> {
            return asked++ < good ? std::nullopt
                                  : std::optional<Result<ClientResponse>>(text_answer(status, body));
          };
          const auto publisher = bench.another();
          // It ends, whatever it says, and says no secret.
          const auto presented = publisher->present(record("one"));
          const auto cleaned = publisher->clean_up(record("one"));
          if (!presented) check_tells_no_secret(bench, presented.error().message);
          if (!cleaned) check_tells_no_secret(bench, cleaned.error().message);
          CHECK(asked < 40);
        }
      }
    }
  });
}

TEST_CASE("how many requests a value costs", "[contract]") {
  const std::map<std::string, std::size_t> limits = {{"route53", 3},  {"cloudflare", 2}, {"digitalocean", 2},
                                                     {"cloudDNS", 3}, {"azureDNS", 2},   {"akamai", 2},
                                                     {"acmeDNS", 1}};
  for_all([&](Bench& bench) {
    REQUIRE(bench.publisher->present(record("first")).has_value());  // token and zone are known now
    const auto before = bench.cloud().asked().size();
    REQUIRE(bench.publisher->present(record("one", "_acme-challenge.b.example.com.")).has_value());
    CHECK(bench.cloud().asked().size() - before <= limits.at(bench.provider.name));
  });
}
