#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "apiserver/audit/audit_log.h"
#include "lib/base/metrics_page.h"
#include "tests/unit/apiserver/test_folder.h"

namespace cw::apiserver {
namespace {

namespace fs = std::filesystem;
using kube::Json;

std::string contents(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

AuditEvent creation() {
  AuditEvent event;
  event.id = "id-1";
  event.uri = "/api/v1/namespaces/a/configmaps";
  event.request = {
      .is_resource = true, .verb = "create", .version = "v1", .name_space = "a", .resource = "configmaps"};
  event.user.username = "jane";
  event.user.groups = {"team"};
  event.address = "127.0.0.1";
  event.agent = "kubectl/v1.36";
  event.status = 201;
  event.request_body = "{\n \"data\": {\"k\": \"v\"}}";
  event.response_body = R"({"metadata":{"name":"web","uid":"u","resourceVersion":"7"}})";
  event.received = AuditTime(std::chrono::microseconds(1'700'000'000'000'006));
  event.at = event.received;
  event.annotations = {{"authorization.k8s.io/decision", "allow"}};
  return event;
}

TEST_CASE("an audit event is one line with what was asked, by whom and how it ended", "[audit]") {
  const std::string line = audit_line(creation());
  CHECK(line.find('\n') == line.size() - 1);
  const Json event = Json::parse(line);
  CHECK(event["kind"] == "Event");
  CHECK(event["apiVersion"] == "audit.k8s.io/v1");
  CHECK(event["stage"] == "ResponseComplete");
  CHECK(event["user"] == Json{{"username", "jane"}, {"groups", {"team"}}});
  CHECK(event["sourceIPs"] == Json{"127.0.0.1"});
  CHECK(event["objectRef"]["name"] == "web");
  CHECK(event["objectRef"]["resourceVersion"] == "7");
  CHECK(event["responseStatus"]["code"] == 201);
  CHECK(event["requestReceivedTimestamp"] == "2023-11-14T22:13:20.000006Z");
  CHECK(event["annotations"]["authorization.k8s.io/decision"] == "allow");
  CHECK_FALSE(event.contains("requestObject"));
  CHECK_FALSE(event.contains("responseObject"));
}

TEST_CASE("bodies are told at the levels that say so, on one line", "[audit]") {
  AuditEvent event = creation();
  event.level = AuditLevel::RequestResponse;
  const std::string line = audit_line(event);
  CHECK(line.find('\n') == line.size() - 1);
  CHECK(Json::parse(line)["requestObject"]["data"]["k"] == "v");
  CHECK(Json::parse(line)["responseObject"]["metadata"]["name"] == "web");
}

TEST_CASE("secrets and tokens are never told above Metadata", "[audit]") {
  const auto level = [](RequestInfo info) {
    info.is_resource = true;
    return level_for(AuditLevel::RequestResponse, info);
  };
  CHECK(level({.resource = "secrets"}) == AuditLevel::Metadata);
  CHECK(level({.group = "authentication.k8s.io", .resource = "tokenreviews"}) == AuditLevel::Metadata);
  CHECK(level({.resource = "serviceaccounts", .sub_resource = "token"}) == AuditLevel::Metadata);
  CHECK(level({.resource = "configmaps"}) == AuditLevel::RequestResponse);
}

TEST_CASE("text of clients that is no UTF-8 does not break a line", "[audit]") {
  AuditEvent event = creation();
  event.agent = "\xff\n";
  event.user.username = "\xc0";
  CHECK(Json::accept(audit_line(event)));
}

TEST_CASE("the log is private, set aside when it has grown, and what is aside is bounded", "[audit]") {
  const TestFolder folder;
  const fs::path path = folder.file("audit.log");
  auto log = RotatingFile::open(path.string(), {.max_bytes = 30, .max_backups = 2});
  REQUIRE(log);
  for (int i = 0; i < 6; ++i) {
    REQUIRE(log->write("twenty characters..\n"));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // names differ by milliseconds
  }
  CHECK(contents(path) == "twenty characters..\n");
  const auto files = std::distance(fs::directory_iterator(path.parent_path()), fs::directory_iterator());
  CHECK(files == 3);
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
}

TEST_CASE("a full disk loses events and counts them", "[audit]") {
  auto log = AuditLog::open({.path = "/dev/full"});
  REQUIRE(log);
  (*log)->record(creation());
  std::string page;
  for (int i = 0;
       i < 10'000 && page.find("apiserver_audit_error_total{plugin=\"log\"} 1") == std::string::npos; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    MetricsPage metrics;
    (*log)->append_metrics(metrics);
    page = metrics.take();
  }
  CHECK(page.find("apiserver_audit_error_total{plugin=\"log\"} 1") != std::string::npos);
  CHECK(page.find("apiserver_audit_event_total 1") != std::string::npos);
}

TEST_CASE("what is queued is written before the end", "[audit]") {
  const TestFolder folder;
  const fs::path path = folder.file("audit.log");
  {
    auto log = AuditLog::open({.path = path.string()});
    REQUIRE(log);
    for (int i = 0; i < 100; ++i) (*log)->record(creation());
  }
  const std::string text = contents(path);
  CHECK(std::count(text.begin(), text.end(), '\n') == 100);
}

}  // namespace
}  // namespace cw::apiserver
