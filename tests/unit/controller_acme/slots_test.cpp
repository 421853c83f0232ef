// How many challenges are worked on at once, and which go first.
#include "controller/acme/slots.h"

#include <catch2/catch.hpp>

namespace cw::controller::acme {
namespace {

kube::ObjectKey key(const std::string& name) { return {"mesh", name}; }

api::Challenge challenge(const std::string& dns_name, int age, const std::string& type = "HTTP-01",
                         const std::string& secret = "k") {
  api::Challenge made;
  made.spec.dns_name = dns_name;
  made.spec.type = type;
  made.spec.key = secret;
  made.metadata.creation_timestamp = TimePoint{std::chrono::seconds(age)};
  return made;
}

struct Counted {
  explicit Counted(std::size_t max) : slots(max) {
    slots.on_free([this](const kube::ObjectKey& key) { freed.push_back(key.name); });
  }
  Slots slots;
  std::vector<std::string> freed;
};

TEST_CASE("no more than the limit, the oldest first, each kept for whom it was given", "[slots]") {
  Counted counted(2);
  auto& slots = counted.slots;
  CHECK(slots.take(key("a"), challenge("a", 1)));
  CHECK(slots.take(key("b"), challenge("b", 2)));
  CHECK(slots.take(key("b"), challenge("b", 2)));
  CHECK_FALSE(slots.take(key("young"), challenge("c", 9)));
  CHECK_FALSE(slots.take(key("old"), challenge("d", 3)));
  CHECK(slots.waiting() == 2);
  slots.release(key("a"));
  CHECK(counted.freed == std::vector<std::string>{"old"});
  CHECK_FALSE(slots.take(key("young"), challenge("c", 9)));
  CHECK(slots.take(key("old"), challenge("d", 3)));
  CHECK(slots.held() == 2);
  // One that goes while it waits, or with a slot that it has not taken, is no loss.
  slots.release(key("young"));
  slots.release(key("old"));
  slots.release(key("b"));
  CHECK(slots.held() == 0);
  CHECK(slots.waiting() == 0);
}

TEST_CASE("HTTP-01 for one name goes one after the other, DNS-01 with its keys side by side", "[slots]") {
  Counted counted(60);
  auto& slots = counted.slots;
  CHECK(slots.take(key("h1"), challenge("a", 1)));
  CHECK_FALSE(slots.take(key("h2"), challenge("a", 2, "HTTP-01", "other")));
  CHECK(slots.take(key("h3"), challenge("b", 3)));
  CHECK(slots.take(key("d1"), challenge("a", 4, "DNS-01", "k1")));
  CHECK(slots.take(key("d2"), challenge("a", 5, "DNS-01", "k2")));
  CHECK_FALSE(slots.take(key("d3"), challenge("a", 6, "DNS-01", "k2")));
  slots.release(key("h1"));
  slots.release(key("d2"));
  CHECK(counted.freed == std::vector<std::string>{"h2", "d3"});
}

TEST_CASE("what an earlier process worked on counts, whatever the limit", "[slots]") {
  Counted counted(1);
  auto& slots = counted.slots;
  slots.hold(key("a"), challenge("a", 1));
  slots.hold(key("b"), challenge("b", 2));
  CHECK(slots.take(key("b"), challenge("b", 2)));
  CHECK_FALSE(slots.take(key("c"), challenge("c", 3)));
  slots.release(key("a"));
  CHECK(counted.freed.empty());
  slots.release(key("b"));
  CHECK(counted.freed == std::vector<std::string>{"c"});
}

}  // namespace
}  // namespace cw::controller::acme
