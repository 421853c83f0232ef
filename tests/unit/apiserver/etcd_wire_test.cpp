// The words of etcd's gateway, as etcd 3.4.23 says them. The store itself:
// tests/contract/etcd_store_test.cpp.
#include "apiserver/etcd/etcd_wire.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "apiserver/etcd/etcd_keys.h"

namespace cw::apiserver {

TEST_CASE("keys have the resource, the namespace if there is one, and the name") {
  const EtcdKeys keys("/certwright/");
  CHECK(keys.object({"secrets", {"ns", "a"}}) == "/certwright/registry/secrets/ns/a");
  CHECK(keys.object({"namespaces", {"", "ns"}}) == "/certwright/registry/namespaces/ns");
  for (const StoreKey& key : {StoreKey{"secrets", {"ns", "a"}}, StoreKey{"namespaces", {"", "ns"}}}) {
    const auto parsed = keys.parse(keys.object(key));
    REQUIRE(parsed.has_value());
    CHECK(parsed->resource == key.resource);
    CHECK(parsed->object == key.object);
  }
  for (const std::string other :
       {"/certwright/registry/", "/certwright/registry/~beacon", "/registry/secrets/ns/a",
        "/certwright/registry/a/b/c/d", "/certwright/registry/a/", "/certwright/server/format"}) {
    CHECK_FALSE(keys.parse(other).has_value());
  }
  CHECK(keys.registry_end() == "/certwright/registry0");
  CHECK(end_of_prefix("a\xff") == "b");
}

TEST_CASE("a write compares the revision, and reads what stands in its way") {
  const Json put = Json::parse(write_request({.key = "k", .value = "v", .expected = 7}));
  CHECK(put == Json::parse(R"({"compare":[{"target":"MOD","result":"EQUAL","key":"aw==","mod_revision":"7"}],
    "success":[{"request_put":{"key":"aw==","value":"dg=="}}],"failure":[{"request_range":{"key":"aw=="}}]})"));
  const Json removal = Json::parse(write_request({.key = "k", .expected = 7}));
  CHECK(removal.at("/success/0/request_delete_range/prev_kv"_json_pointer) == true);
}

TEST_CASE("a write takes keys that nobody has, and tells whose was there first") {
  const Json put = Json::parse(
      write_request({.key = "k", .value = "v", .expected = 7, .taken = {"new"}, .released = {"old"}}));
  CHECK(put.at("/compare/1"_json_pointer) ==
        Json::parse(R"({"target":"MOD","result":"EQUAL","key":"bmV3","mod_revision":"0"})"));
  CHECK(put.at("/success/1/request_put/key"_json_pointer) == "bmV3");
  CHECK(put.at("/success/2/request_delete_range/key"_json_pointer) == "b2xk");
  CHECK(put.at("/failure/1/request_range/key"_json_pointer) == "bmV3");
  const auto refused = decode_written(R"({"header":{"revision":"9"},"responses":[{"response_range":{}},
    {"response_range":{"kvs":[{"key":"bmV3","mod_revision":"5","value":"aw=="}],"count":"1"}}]})");
  REQUIRE(refused.has_value());
  CHECK_FALSE(refused->found.has_value());
  CHECK(refused->taken == 5);
}

TEST_CASE("an answer of etcd that is not JSON is told as it is") {
  const Error failure = decode_failure(400, "CommonName of client sending a request against gateway\n");
  CHECK(failure.code == Code::Unavailable);
  CHECK(failure.message == "etcd answered 400: CommonName of client sending a request against gateway");
}

TEST_CASE("answers to writes are read") {
  const auto put = decode_written(
      R"({"header":{"revision":"2"},"succeeded":true,"responses":[{"response_put":{"header":{"revision":"2"}}}]})");
  REQUIRE(put.has_value());
  CHECK(put->succeeded);
  CHECK(put->revision == 2);
  CHECK_FALSE(put->found.has_value());
  const auto lost =
      decode_written(R"({"header":{"revision":"9"},"responses":[{"response_range":{"header":{"revision":"9"},
    "kvs":[{"key":"aw==","create_revision":"2","mod_revision":"5","version":"1","value":"aGVsbG8="}],"count":"1"}}]})");
  REQUIRE(lost.has_value());
  CHECK_FALSE(lost->succeeded);
  REQUIRE(lost->found.has_value());
  CHECK(lost->found->value == "hello");
  CHECK(lost->found->mod_revision == 5);
  for (const char* broken : {"", "{}", "[]", "null", "<html>", R"({"header":{"revision":-1}})"}) {
    CHECK_FALSE(decode_written(broken).has_value());
    CHECK_FALSE(decode_range(broken).has_value());
  }
}

TEST_CASE("lines of a watch are read") {
  using Kind = EtcdWatchLine::Kind;
  const auto created = decode_watch_line(R"({"result":{"header":{"revision":"4"},"created":true}})");
  CHECK(created.kind == Kind::Created);
  CHECK(created.revision == 4);
  const auto news = decode_watch_line(R"({"result":{"header":{"revision":"9"},"events":[
    {"kv":{"key":"aw==","mod_revision":"3","value":"dg=="}},{"type":"DELETE","kv":{"key":"aw==","mod_revision":"4"}}]}})");
  REQUIRE(news.events.size() == 2);
  CHECK(news.events[0].item.value == "v");
  CHECK_FALSE(news.events[0].removed);
  CHECK(news.events[1].removed);
  CHECK(news.events[1].item.mod_revision == 4);
  CHECK(decode_watch_line(R"({"result":{"header":{"revision":"9"}}})").kind == Kind::Progress);
  const auto ended = decode_watch_line(R"({"result":{"header":{},"canceled":true,"compact_revision":"3"}})");
  CHECK(ended.kind == Kind::Canceled);
  CHECK(ended.compacted);
  for (const char* broken :
       {"", "{", "{}", "[1]", R"({"error":{"message":"no leader"}})", R"({"result":[]})"}) {
    CHECK(decode_watch_line(broken).kind == Kind::Broken);
  }
}

TEST_CASE("refusals are told apart") {
  const auto code = [](const char* answer) { return decode_failure(400, answer).code; };
  CHECK(code(R"({"message":"etcdserver: mvcc: required revision has been compacted","code":11})") ==
        Code::Gone);
  CHECK(code(R"({"message":"etcdserver: mvcc: required revision is a future revision","code":11})") ==
        Code::Invalid);
  CHECK(code(R"({"message":"etcdserver: request is too large","code":3})") == Code::Invalid);
  CHECK(code(R"({"message":"grpc: received message larger than max: 3 vs. 2","code":8})") == Code::Invalid);
  CHECK(code(R"({"message":"etcdserver: no leader","code":14})") == Code::Unavailable);
  CHECK(code(R"({"message":"etcdserver: mvcc: database space exceeded","code":8})") == Code::Unavailable);
  CHECK(code("not JSON") == Code::Unavailable);
}

}  // namespace cw::apiserver
