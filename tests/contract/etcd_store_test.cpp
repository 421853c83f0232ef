// The store in etcd: the contract of all stores, then what only a shared and distant storage must do.
#include "apiserver/etcd/etcd_store.h"

#include <atomic>
#include <thread>

#include "lib/base/encoding.h"
#include "lib/base/pause.h"
#include "lib/http/server.h"
#include "tests/contract/etcd_process.h"
#include "tests/contract/store_claims.h"
#include "tests/contract/store_contract.h"

namespace cw::apiserver {
namespace {

using contract::code_of;
using contract::EtcdProcess;
using contract::must;
using contract::thing_key;
using contract::thing_text;
using std::chrono::milliseconds;

const SystemClock kClock;
const StoreScope kThings{"things.example.com"};

// For those who do not harm it: a start takes time.
const std::string& shared_etcd() {
  static const EtcdProcess etcd;
  return etcd.url();
}

// Each test has its own.
std::string new_prefix() {
  static int count = 0;
  return "/test" + std::to_string(count++);
}

std::unique_ptr<Store> open_at(const std::string& url, const std::string& prefix) {
  return must(EtcdStore::open({.servers = {url}, .prefix = prefix}, kClock));
}

bool comes_true(const std::function<bool()>& look) {
  for (int i = 0; i < 6000 && !look(); ++i) pause({}, milliseconds(10));
  return look();
}

// Changes until there are so many, or nothing more comes.
std::vector<ObjectEvent> events_of(StoreWatch& watch, std::size_t count) {
  std::vector<ObjectEvent> events;
  while (events.size() < count) {
    WatchBatch batch = must(watch.next(milliseconds(60'000), {}));
    if (batch.events.empty()) return events;
    for (ObjectEvent& event : batch.events) events.push_back(std::move(event));
  }
  return events;
}

// etcd's gateway, but the answer to the first `lost` transactions gets lost after they have been done.
class LossyGateway {
 public:
  LossyGateway(const std::string& url, int lost)
      : etcd_(must(http::Client::create({.base_url = url}))),
        lost_(lost),
        server_({}, [this](const http::Request& request) { return pass_on(request); }) {
    port_ = must(server_.start());
  }
  LossyGateway(const LossyGateway&) = delete;
  LossyGateway& operator=(const LossyGateway&) = delete;
  ~LossyGateway() { stop_.request_stop(); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  void lose(int count) { lost_ = count; }

 private:
  http::Response pass_on(const http::Request& request) {
    if (request.path == "/v3/watch") return stream(request);
    const auto answer = etcd_->send({.method = "POST", .target = request.target, .body = request.body});
    if (!answer || (request.path == "/v3/kv/txn" && lost_-- > 0)) {
      return {.status = 503, .body = R"({"message":"etcdserver: request timed out","code":14})"};
    }
    return {.status = answer->status, .body = answer->body};
  }
  http::Response stream(const http::Request& request) {
    http::Response response;
    response.stream = [this, body = request.body](const http::StreamWriter& write) {
      (void)etcd_->stream_lines(
          {.method = "POST", .target = "/v3/watch", .body = body},
          [&](std::string_view line) { return write(std::string(line) + "\n"); }, stop_.get_token());
    };
    return response;
  }

  std::unique_ptr<http::Client> etcd_;
  std::atomic<int> lost_;
  int port_ = 0;
  std::stop_source stop_;
  http::Server server_;
};

}  // namespace

TEST_CASE("a store in etcd does what every store does") {
  contract::check_store([] { return open_at(shared_etcd(), new_prefix()); });
}

TEST_CASE("a store in etcd outlives its process") {
  contract::check_durable_store([prefix = new_prefix() + "/"] { return open_at(shared_etcd(), prefix); });
}

TEST_CASE("servers that share an etcd see each other's writes") {
  const std::string prefix = new_prefix();
  const auto one = open_at(shared_etcd(), prefix);
  const auto two = open_at(shared_etcd(), prefix);
  const auto watch = must(two->watch(kThings, two->revision()));
  const ObjectPtr made = must(one->create(thing_key("a"), thing_text("a", 1)));

  must(two->catch_up());
  CHECK(must(two->get(thing_key("a")))->revision() == made->revision());
  const ObjectPtr changed = must(two->update(thing_key("a"), thing_text("a", 2), made->revision()));
  CHECK(code_of(one->update(thing_key("a"), thing_text("a", 3), made->revision())) == Code::Conflict);
  CHECK(must(one->get(thing_key("a")))->text() == thing_text("a", 2));
  const ObjectPtr gone = must(one->remove(thing_key("a"), changed->revision()));
  CHECK(gone->text() == thing_text("a", 2));
  CHECK(code_of(two->update(thing_key("a"), thing_text("a", 3), changed->revision())) == Code::NotFound);

  const auto events = events_of(*watch, 3);
  REQUIRE(events.size() == 3);
  CHECK(events[0].kind == EventKind::Added);
  CHECK(events[1].kind == EventKind::Modified);
  CHECK(events[2].kind == EventKind::Deleted);
  CHECK(events[2].object->text() == thing_text("a", 2));
  CHECK(events[2].object->revision() == gone->revision());
}

TEST_CASE("what one object alone may have goes to one, whoever writes it where") {
  const ClaimsOf text_is_claim = [](const StoreKey&, const std::string& text) {
    return std::vector<std::string>{text};
  };
  const EtcdOptions options{.servers = {shared_etcd()}, .prefix = new_prefix()};
  const auto one = must(EtcdStore::open(options, kClock, {}, text_is_claim));
  const auto two = must(EtcdStore::open(options, kClock, {}, text_is_claim));
  std::atomic<int> got = 0;
  const auto want = [&](EtcdStore& store, int number) {
    got += store.create(thing_key("x" + std::to_string(number)), "1").has_value() ? 1 : 0;
  };
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < 8; ++i) writers.emplace_back([&, i] { want(i % 2 == 0 ? *one : *two, i); });
  }
  CHECK(got == 1);
  const Listing listing = must(two->list(kThings, {}));
  REQUIRE(listing.objects.size() == 1);  // whoever has lost sees it
  const ObjectPtr winner = listing.objects.front();
  const ObjectPtr other = must(two->create(thing_key("y"), "2"));
  CHECK(code_of(two->update(thing_key("y"), "1", other->revision())) == Code::Conflict);
  must(one->catch_up());
  must(one->remove({kThings.resource, winner->key()}, winner->revision()));
  must(two->catch_up());
  must(two->update(thing_key("y"), "1", other->revision()));
  must(one->create(thing_key("z"), "2"));
}

TEST_CASE("of many writers that a member fails each goes to the next one") {
  LossyGateway broken(shared_etcd(), 0);
  const auto store =
      must(EtcdStore::open({.servers = {broken.url(), shared_etcd()}, .prefix = new_prefix()}, kClock));
  broken.lose(1'000'000);
  std::atomic<int> made = 0;
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < 8; ++i) {
      writers.emplace_back([&, i] {
        for (int j = 0; j < 5; ++j) {
          const std::string name = "x" + std::to_string(i) + "-" + std::to_string(j);
          made += store->create(thing_key(name), thing_text(name, j)).has_value() ? 1 : 0;
        }
      });
    }
  }
  CHECK(made == 40);
}

TEST_CASE("keys of others in the same etcd neither show nor hold anything up") {
  const std::string prefix = new_prefix();
  const auto store = open_at(shared_etcd(), prefix);
  const auto other = must(EtcdClient::create({.servers = {shared_etcd()}}));
  must(other->put("/registry/secrets/one/kube", "not JSON"));
  must(other->put(prefix + "/registry/", "no object's key"));
  must(other->put(prefix + "/registry/a/b/c/d", "nor this"));
  must(other->put("/other/registry/things.example.com/one/x", thing_text("x", 1)));
  must(store->catch_up());
  const ObjectPtr made = must(store->create(thing_key("a"), thing_text("a", 1)));
  must(other->put("/elsewhere", "1"));
  must(store->catch_up());
  CHECK(store->revision() > made->revision());
  CHECK(must(store->list(kThings)).objects.size() == 1);
}

TEST_CASE("while etcd is away reads go on, and afterwards nothing is missing") {
  EtcdProcess etcd;
  const auto store = open_at(etcd.url(), "/test");
  const auto watch = must(store->watch(kThings, store->revision()));
  const ObjectPtr made = must(store->create(thing_key("a"), thing_text("a", 1)));
  etcd.kill();
  CHECK(code_of(store->create(thing_key("b"), thing_text("b", 1))) == Code::Unavailable);
  CHECK(code_of(store->update(thing_key("a"), thing_text("a", 2), made->revision())) == Code::Unavailable);
  CHECK(code_of(store->remove(thing_key("a"), made->revision())) == Code::Unavailable);
  CHECK(code_of(store->catch_up()) == Code::Unavailable);
  CHECK(must(store->get(thing_key("a")))->text() == thing_text("a", 1));
  CHECK(must(store->list(kThings)).objects.size() == 1);

  etcd.start();
  CHECK(comes_true([&] {  // what was told as failed may have been done all the same
    return store->create(thing_key("c"), thing_text("c", 1)) || store->get(thing_key("c"));
  }));
  CHECK(comes_true([&] { return store->catch_up().has_value(); }));
  const auto events = events_of(*watch, 2);
  REQUIRE(events.size() == 2);
  CHECK(events[0].object->key().name == "a");
  CHECK(events[1].object->key().name == "c");
}

TEST_CASE("who has missed more than etcd remembers reads all anew, and open watches are Gone") {
  EtcdProcess etcd;
  const auto store = open_at(etcd.url(), "/test");
  const ObjectPtr lost = must(store->create(thing_key("lost"), thing_text("lost", 1)));
  const auto watch = must(store->watch(kThings, lost->revision()));
  etcd.kill();
  etcd.move();
  etcd.start();
  {
    const auto other = open_at(etcd.url(), "/test");
    must(other->remove(thing_key("lost"), lost->revision()));
    must(other->create(thing_key("new"), thing_text("new", 1)));
    must(other->compact());  // the first call only notes how far it is
    must(other->compact());
    must(other->compact());
  }
  etcd.kill();
  etcd.move_back();
  etcd.start();
  CHECK(comes_true([&] { return store->get(thing_key("new")).has_value(); }));
  CHECK(code_of(store->get(thing_key("lost"))) == Code::NotFound);
  CHECK(code_of(watch->next(milliseconds(0), {})) == Code::Gone);
  CHECK(code_of(store->watch(kThings, lost->revision())) == Code::Gone);
  must(store->create(thing_key("more"), thing_text("more", 1)));
}

TEST_CASE("an etcd that has gone back in time is read anew") {
  EtcdProcess etcd;
  const auto store = open_at(etcd.url(), "/test");
  for (int i = 0; i < 20; ++i) must(store->create(thing_key("x" + std::to_string(i)), thing_text("x", i)));
  const auto watch = must(store->watch(kThings, store->revision()));
  etcd.kill();
  etcd.forget_data();
  etcd.start();
  CHECK(comes_true([&] { return must(store->list(kThings)).objects.empty(); }));
  CHECK(code_of(watch->next(milliseconds(0), {})) == Code::Gone);
}

TEST_CASE("a write whose answer gets lost is told as it was") {
  LossyGateway gateway(shared_etcd(), 0);
  const auto store = open_at(gateway.url(), new_prefix());
  gateway.lose(1);
  const ObjectPtr made = must(store->create(thing_key("a"), thing_text("a", 1)));
  CHECK(must(store->get(thing_key("a")))->revision() == made->revision());
  gateway.lose(1);
  const ObjectPtr changed = must(store->update(thing_key("a"), thing_text("a", 2), made->revision()));
  CHECK(changed->revision() == made->revision() + 1);
  gateway.lose(1);
  CHECK(code_of(store->create(thing_key("a"), thing_text("a", 3))) == Code::AlreadyExists);
  gateway.lose(1);
  CHECK(code_of(store->remove(thing_key("a"), changed->revision())) == Code::Unavailable);
  must(store->catch_up());
  CHECK(code_of(store->get(thing_key("a"))) == Code::NotFound);
}

TEST_CASE("what cannot be used is refused with a reason") {
  const std::string prefix = new_prefix();
  SECTION("data of another version") {
    const auto client = must(EtcdClient::create({.servers = {shared_etcd()}}));
    must(client->put(prefix + "/server/format", "99"));
    const auto opened = EtcdStore::open({.servers = {shared_etcd()}, .prefix = prefix}, kClock);
    CHECK(code_of(opened) == Code::Invalid);
    CHECK(opened.error().message.find("99") != std::string::npos);
  }
  SECTION("an object that is too large for etcd") {
    const auto store = open_at(shared_etcd(), prefix);
    const auto outcome = store->create(thing_key("a"), thing_text("a", std::string(2'000'000, 'x')));
    CHECK(code_of(outcome) == Code::Invalid);
    CHECK(outcome.error().message.find("too large") != std::string::npos);
  }
  SECTION("no server, or no URL") {
    CHECK(code_of(EtcdStore::open({}, kClock)) == Code::Invalid);
    CHECK(code_of(EtcdStore::open({.servers = {"etcd:2379/path"}}, kClock)) == Code::Invalid);
  }
}

}  // namespace cw::apiserver
