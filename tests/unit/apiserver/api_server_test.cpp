// The server as a whole, over TLS on a port of the system's choice, and the clients that talk to it.
#include "apiserver/api_server.h"

#include <thread>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "apiserver/json_access.h"
#include "lib/base/file.h"
#include "lib/client/kube_client.h"
#include "tests/contract/kube_client_contract.h"
#include "tests/unit/apiserver/test_folder.h"

namespace cw::apiserver {
namespace {

const SystemClock kClock;

struct Running {
  explicit Running(const TestFolder& folder, const std::string& data_dir = {})
      : kubeconfig(folder.file("kubeconfig")) {
    auto created =
        ApiServer::create({.data_dir = data_dir, .kubeconfig_out = kubeconfig}, kClock, nullptr, keys);
    if (!created) FAIL(created.error().message);
    server = std::move(created).value();
    const Status started = server->start();
    if (!started) FAIL(started.error().message);
  }
  std::unique_ptr<client::HttpKubeClient> http_client() const {
    auto access = client::load_kubeconfig(kubeconfig);
    if (!access) FAIL(access.error().message);
    auto made =
        client::HttpKubeClient::create(std::move(access).value(), {.user_agent = "test", .page_size = 2});
    if (!made) FAIL(made.error().message);
    return std::move(made).value();
  }

  pki::SystemKeyMaker keys;
  std::string kubeconfig;
  std::unique_ptr<ApiServer> server;
};

http::ClientResponse must_get(const std::string& url, const std::string& path) {
  auto made = http::Client::create({.base_url = url, .skip_verification = true});
  REQUIRE(made.has_value());
  auto response = (*made)->send({.target = path});
  if (!response) FAIL(response.error().message);
  return std::move(response).value();
}

constexpr kube::Resource kMaps{"", "v1", "configmaps", "ConfigMap"};

}  // namespace

TEST_CASE("the client in the same process does what every API server does") {
  const TestFolder folder;
  const Running running(folder);
  const auto local = running.server->local_client("tester");
  contract::check_kube_client({.reader = *local, .writer = *local});
}

TEST_CASE("the server over HTTPS does what every API server does") {
  const TestFolder folder;
  const Running running(folder, folder.file("data"));
  const auto over_http = running.http_client();
  contract::check_kube_client({.reader = *over_http, .writer = *over_http});
}

TEST_CASE("whoever has no certificate is anonymous, and may look at health and version alone") {
  const TestFolder folder;
  const Running running(folder);
  const std::string& url = running.server->url();
  for (const char* path : {"/api", "/apis/cert-manager.io/v1", "/api/v1/namespaces/default/secrets",
                           "/metrics", "/openapi/v2", "/healthzz", "/healthz/ping"}) {
    INFO(path);
    const auto refused = must_get(url, path);
    CHECK(refused.status == 403);
    CHECK(Json::parse(refused.body)["reason"] == "Forbidden");
  }
  CHECK(must_get(url, "/healthz").body == "ok");
  CHECK(must_get(url, "/readyz").status == 200);
  CHECK(Json::parse(must_get(url, "/version").body)["major"] == "1");
}

TEST_CASE("writes of clients in the process are told to the audit log with their user") {
  const TestFolder folder;
  const std::string log = folder.file("audit");
  pki::SystemKeyMaker keys;
  auto server = ApiServer::create({.audit = {.path = log}}, kClock, nullptr, keys).value();
  REQUIRE(server->start().has_value());
  const auto local = server->local_client("system:serviceaccount:cert-manager:cert-manager");
  const Json object{{"metadata", {{"name", "told"}, {"namespace", "default"}}}};
  REQUIRE(local->create(kMaps, object, {}).has_value());
  CHECK_FALSE(local->create(kMaps, object, {}).has_value());
  REQUIRE(local->remove(kMaps, {"default", "told"}, {}).has_value());
  server.reset();  // the log is written
  const std::string told = read_file(log, 1U << 20U).value();
  for (const std::string_view words :
       {R"("verb":"create","user":{"username":"system:serviceaccount:cert-manager:cert-manager")",
        R"("name":"told","apiVersion":"v1"},"responseStatus":{"metadata":{},"code":201})",
        R"("reason":"AlreadyExists","code":409)", R"("verb":"delete")"}) {
    INFO(told);
    CHECK(told.find(words) != std::string::npos);
  }
}

TEST_CASE("programs that ask which client certificates the server accepts are told") {
  const TestFolder folder;
  const std::string data = folder.file("data");
  const kube::ObjectKey authentication{"kube-system", "extension-apiserver-authentication"};
  {
    const Running running(folder, data);
    const auto local = running.server->local_client("tester");
    const auto told = local->get(kMaps, authentication);
    REQUIRE(told.has_value());
    CHECK((*told)["metadata"]["managedFields"][0]["manager"] == "kube-apiserver");
    CHECK((*told)["data"]["client-ca-file"] == read_file(data + "/ca.crt", 1U << 16U).value());
    const auto since =
        local->get(kMaps, {"kube-system", "kube-apiserver-legacy-service-account-token-tracking"});
    REQUIRE(since.has_value());
    CHECK(text_at(*since, {"data", "since"}).size() == std::string_view("2026-01-02").size());
    Json other = *told;
    other["data"]["client-ca-file"] = "that of before";
    REQUIRE(local->update(kMaps, kube::Part::Object, other, {}).has_value());
  }
  const Running again(folder, data);
  const auto mended = again.server->local_client("tester")->get(kMaps, authentication);
  REQUIRE(mended.has_value());
  CHECK((*mended)["data"]["client-ca-file"] == read_file(data + "/ca.crt", 1U << 16U).value());
}

TEST_CASE("the namespaces of a cluster are there from the start") {
  const TestFolder folder;
  const Running running(folder);
  const auto local = running.server->local_client("tester");
  const kube::Resource namespaces{"", "v1", "namespaces", "Namespace", false};
  for (const char* name : {"default", "kube-system", "kube-public", "kube-node-lease"}) {
    CHECK(local->get(namespaces, {"", name}).has_value());
  }
}

TEST_CASE("a restart keeps objects, the CA and whoever trusts it") {
  const TestFolder folder;
  const std::string data = folder.file("data");
  std::string version;
  auto before = std::make_unique<Running>(folder, data);
  const auto old_access = client::load_kubeconfig(before->kubeconfig);
  {
    const Json object{{"metadata", {{"name", "kept"}, {"namespace", "default"}}}, {"data", {{"a", "1"}}}};
    const auto made = before->server->local_client("tester")->create(kMaps, object, {});
    REQUIRE(made.has_value());
    version = (*made)["metadata"]["resourceVersion"];
  }
  before.reset();
  const Running after(folder, data);
  const auto found = after.http_client()->get(kMaps, {"default", "kept"});
  REQUIRE(found.has_value());
  CHECK((*found)["metadata"]["resourceVersion"] == version);
  REQUIRE(old_access.has_value());
  auto access = *old_access;
  access.http.base_url = after.server->url();
  auto old_client = client::HttpKubeClient::create(std::move(access), {.user_agent = "test"});
  REQUIRE(old_client.has_value());
  CHECK((*old_client)->get(kMaps, {"default", "kept"}).has_value());
}

TEST_CASE("keys and data are for their owner only, and a folder is for one server") {
  const TestFolder folder;
  const std::string data = folder.file("data");
  Running running(folder, data);
  for (const std::string& path : {running.kubeconfig, data + "/ca.key", data + "/store.db"}) {
    INFO(path);
    struct stat info = {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777U) == 0600);
  }
  const auto second = ApiServer::create({.data_dir = data}, kClock, nullptr, running.keys);
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().message.find("in use") != std::string::npos);
}

TEST_CASE("stopping ends watches at once") {
  const TestFolder folder;
  Running running(folder);
  const auto local = running.server->local_client("tester");
  const auto list = local->list(kMaps, {});
  REQUIRE(list.has_value());
  Status ended = Error{Code::Internal, "still watching"};
  std::jthread watcher([&] {
    kube::WatchOptions options;
    options.resource_version = list->resource_version;
    ended = local->watch(kMaps, options, [](kube::WatchEventKind, Json&&) {}, {});
  });
  running.server->stop();
  watcher.join();
  CHECK(ended.has_value());
}

}  // namespace cw::apiserver
