#include "tests/fuzz/api.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include <nlohmann/json.hpp>

#include "apiserver/api_server.h"
#include "lib/base/clock.h"
#include "lib/kube/json_access.h"
#include "lib/kube/status.h"
#include "tests/fuzz/targets.h"

namespace cw::fuzz {
namespace {

std::unique_ptr<apiserver::ApiServer>& server() {
  static std::unique_ptr<apiserver::ApiServer> made;
  return made;
}

// Its threads must end before what they use: function-local values, which go at the exit in the reverse order
// of their making. So this has to come after all of those.
void stop_at_exit() {
  if (server()) server()->stop();
}

void start_anew() {
  static const SystemClock clock;
  static pki::SystemKeyMaker keys;
  server().reset();
  auto made = apiserver::ApiServer::create({}, clock, nullptr, keys);
  CW_ASSERT(made.has_value());
  server() = std::move(made).value();
  CW_ASSERT(server()->start().has_value());
}

// A webhook's URL may name any host.
bool calls_others(const http::Request& request) {
  return request.path.find("webhookconfigurations") != std::string::npos ||
         request.body.find("WebhookConfiguration") != std::string::npos;
}

bool is_reason_of(const std::string& reason, int status) {
  // None: a 500 that states no reason. Of a kind of their own: a refusal by admission may have any code.
  for (int i = 0; i <= static_cast<int>(kube::Reason::None); ++i) {
    const kube::ReasonFacts facts = kube::facts_of(static_cast<kube::Reason>(i));
    if (facts.text == reason && facts.http == status) return true;
  }
  return false;
}

void check_status(const Json& body, int status) {
  CW_ASSERT(kube::text_member(body, "kind") == "Status");
  CW_ASSERT(kube::text_member(body, "status") == "Failure");
  CW_ASSERT(body.value("code", 0) == status);
  CW_ASSERT(is_reason_of(kube::text_member(body, "reason"), status));
  // What ApiServer says of an exception that reached it: a bug.
  CW_ASSERT(kube::text_member(body, "message") != "the request could not be served");
}

ApiAnswer looked_at(const http::Response& response) {
  ApiAnswer answer{response.status, response.content_type, Json(Json::value_t::discarded)};
  CW_ASSERT(answer.status >= 200 && answer.status < 600);
  if (response.stream || !response.content_type.starts_with("application/json")) return answer;
  auto parsed = kube::parse_json(response.body);
  CW_ASSERT(parsed.has_value());
  answer.body = std::move(parsed).value();
  if (answer.status >= 400) check_status(answer.body, answer.status);
  return answer;
}

}  // namespace

ApiAnswer send(http::Request request) {
  if (calls_others(request)) return {};
  if (!server()) next_input(1);
  request.peer = http::PeerIdentity{"fuzzer", {"system:masters"}, {}};
  if (request.target.empty()) request.target = request.path;
  return looked_at(server()->answer(request));
}

ApiAnswer ask(const std::string& method, const std::string& path, const Json& body,
              const std::string& content_type, std::multimap<std::string, std::string> query) {
  http::Request request;
  request.method = method;
  request.path = path;
  request.query = std::move(query);
  if (!body.is_null()) {
    request.body = body.dump();
    request.headers.emplace_back("Content-Type", content_type);
  }
  return send(std::move(request));
}

void remove_at(const std::string& path) {
  const Json unheld = {{"metadata", {{"finalizers", nullptr}}}};
  if (!get(path).ok()) return;
  (void)ask("DELETE", path, nullptr);
  (void)ask("PATCH", path, unheld, "application/merge-patch+json");
  CW_ASSERT(get(path).status == 404);
}

void next_input(int most) {
  static int left = 0;
  if (left-- <= 0) {
    start_anew();
    left = most;
  }
  (void)std::atexit(stop_at_exit);
  const Json space = {{"metadata", {{"name", "ns"}}}};
  (void)ask("POST", "/api/v1/namespaces", space);
}

int fresh_number() {
  static int number = 0;
  return ++number;
}

Place place_of(const std::string& name) {
  static const std::array<std::pair<const char*, Place>, 6> kPlaces{{
      {"configmap", {"/api/v1/namespaces/ns/configmaps", "v1", "ConfigMap"}},
      {"service", {"/api/v1/namespaces/ns/services", "v1", "Service"}},
      {"secret", {"/api/v1/namespaces/ns/secrets", "v1", "Secret"}},
      {"lease", {"/apis/coordination.k8s.io/v1/namespaces/ns/leases", "coordination.k8s.io/v1", "Lease"}},
      {"ingress", {"/apis/networking.k8s.io/v1/namespaces/ns/ingresses", "networking.k8s.io/v1", "Ingress"}},
      {"pod", {"/api/v1/namespaces/ns/pods", "v1", "Pod"}},
  }};
  const auto at =
      std::find_if(kPlaces.begin(), kPlaces.end(), [&](const auto& one) { return one.first == name; });
  if (at != kPlaces.end()) return at->second;
  return {"/apis/cert-manager.io/v1/namespaces/ns/certificates", "cert-manager.io/v1", "Certificate"};
}

}  // namespace cw::fuzz
