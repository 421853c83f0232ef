// The kinds of apiserver/kinds as kube-apiserver 1.36.3 answers for them: tests/data/apiserver/kinds.json and
// kind_parts.json (subresources and what ends) were recorded from one. Addresses and ports that are handed
// out, times and UIDs are not compared.
#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "apiserver/json_access.h"
#include "tests/unit/apiserver/test_api.h"
#include "tests/unit/apiserver/test_data.h"

namespace cw::apiserver {
namespace {

bool is_time(const std::string& member) {
  static const std::set<std::string> kTimes{"creationTimestamp", "lastTransitionTime", "lastUpdateTime"};
  return kTimes.contains(member);
}

// As the recording has it.
Json without_chance(const Json& value, const std::string& member = {}) {
  if (value.is_object()) {
    Json out = Json::object();
    for (const auto& [name, child] : value.items()) out[name] = without_chance(child, name);
    return out;
  }
  if (value.is_array()) {
    Json out = Json::array();
    for (const Json& item : value) out.push_back(without_chance(item, member));
    return out;
  }
  const bool is_text = value.is_string();
  const std::string text = is_text ? value.get<std::string>() : std::string();
  if (is_text && is_time(member)) return "*";
  if (is_text && member.starts_with("clusterIP") && text.starts_with("10.")) return "*ip";
  const bool is_port = member == "nodePort" || member == "healthCheckNodePort";
  if (is_port && value.is_number() && value >= 30000 && value != 31053) return "*port";
  return value;
}

Json shown_object(Json object) {
  Json shown = Json::object();
  for (const char* member : {"spec", "status", "subsets", "endpoints", "ports", "addressType"}) {
    if (object.contains(member)) shown[member] = without_chance(object[member]);
  }
  if (object["kind"] == "CertificateSigningRequest" && shown.contains("spec")) {
    for (const char* member : {"username", "groups", "uid", "extra"}) shown["spec"].erase(member);
  }
  if (object["metadata"].contains("generation")) shown["generation"] = object["metadata"]["generation"];
  return shown;
}

// Cells whose values are not by chance: neither ages nor addresses.
bool is_same_cell(const Json& got, const Json& wanted) {
  const std::string text = wanted.is_string() ? wanted.get<std::string>() : std::string();
  return text.find('*') == std::string::npos ? got == wanted : got.is_string();
}

void check_rows(const Json& table, const Json& wanted) {
  REQUIRE(table["rows"].size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const Json& cells = table["rows"][i]["cells"];
    INFO(cells.dump());
    REQUIRE(cells.size() == wanted[i].size());
    for (std::size_t j = 0; j < cells.size(); ++j) CHECK(is_same_cell(cells[j], wanted[i][j]));
  }
}

Json causes_of(const Json& status) {
  std::vector<std::string> causes;
  for (const Json& cause : array_member(object_member(status, "details"), "causes")) {
    causes.push_back(text_member(cause, "field") + ": " + text_member(cause, "message"));
  }
  std::sort(causes.begin(), causes.end());
  return causes;
}

Json warnings_of(const http::Response& response) {
  Json warnings = Json::array();
  for (const auto& [name, value] : response.headers) {
    if (name == "Warning") warnings.push_back(value);
  }
  return warnings;
}

void check_step(TestApi& api, const Json& step) {
  INFO(step["method"].get<std::string>()
       << " " << step["path"].get<std::string>() << " " << step.value("body", Json()).dump());
  http::Request request;
  request.method = step["method"];
  request.target = step["path"];
  if (step.contains("body") || step.contains("text")) {
    request.body = step.contains("text") ? step["text"].get<std::string>() : step["body"].dump();
    request.headers.emplace_back("Content-Type", step.value("type", "application/json"));
  }
  request.headers.emplace_back("Accept", step.value("accept", "application/json"));
  const TestAnswer answer = api.send_request(std::move(request));
  INFO(answer.body.dump());
  REQUIRE(answer.status == step["status"]);
  if (step.contains("causes")) {
    Json wanted = step["causes"];
    std::sort(wanted.begin(), wanted.end());
    CHECK(causes_of(answer.body) == wanted);
  }
  if (step.contains("warning_headers")) CHECK(warnings_of(answer.response) == step["warning_headers"]);
  if (step.contains("message")) CHECK(answer.body["message"] == step["message"]);
  if (step.contains("object")) CHECK(shown_object(answer.body) == step["object"]);
  if (step.contains("grace")) CHECK(answer.body["metadata"]["deletionGracePeriodSeconds"] == step["grace"]);
  if (step.contains("rows")) check_rows(answer.body, step["rows"]);
}

}  // namespace

TEST_CASE("services, endpoints, pods, ingresses and certificate signing requests are as in Kubernetes",
          "[kinds]") {
  for (const char* file : {"kinds.json", "kind_parts.json"}) {
    for (const Json& recorded : test_cases(file)) {
      TestApi api;
      INFO(recorded["name"].get<std::string>());
      for (const Json& step : recorded["steps"]) check_step(api, step);
    }
  }
}

}  // namespace cw::apiserver
