// Which solver answers: names over zones over labels, and what an Order's annotations change.
#include "controller/acme/solver_choice.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lib/api/issuer.h"

namespace cw::controller::acme {
namespace {

using kube::Json;
// The overload is named, for the other one wants simdjson.
constexpr Result<api::Issuer> (*kDecodeIssuer)(const Json&) = api::decode_issuer;

// Each solver is told by its service type, or its provider's project.
Json http(const std::string& id, const Json& selector = nullptr) {
  Json solver{{"http01", {{"ingress", {{"serviceType", id}}}}}};
  if (!selector.is_null()) solver["selector"] = selector;
  return solver;
}
Json dns(const std::string& id, const Json& selector = nullptr) {
  Json solver{{"dns01", {{"cloudDNS", {{"project", id}}}}}};
  if (!selector.is_null()) solver["selector"] = selector;
  return solver;
}

api::AcmeIssuer issuer_with(const Json& solvers) {
  const Json json{
      {"metadata", {{"name", "le"}}},
      {"spec",
       {{"acme", {{"server", "s"}, {"privateKeySecretRef", {{"name", "k"}}}, {"solvers", solvers}}}}}};
  return *kDecodeIssuer(json)->spec.acme;
}

api::Authorization authorization(const std::string& name, bool wildcard = false) {
  api::Authorization made;
  made.identifier = name;
  made.wildcard = wildcard;
  if (!wildcard) made.challenges.push_back({.url = "h", .token = "t", .type = "http-01"});
  made.challenges.push_back({.url = "d", .token = "t", .type = "dns-01"});
  made.challenges.push_back({.url = "a", .token = "t", .type = "tls-alpn-01"});
  return made;
}

std::string chosen(const Json& solvers, const api::Authorization& wanted, const kube::Map& labels = {}) {
  kube::ObjectMeta order;
  order.labels = labels;
  const auto found = choose_solver(issuer_with(solvers), order, wanted);
  if (!found) return "none";
  const auto& solver = found->solver;
  return solver.http01 ? solver.http01->ingress->service_type : solver.dns01->cloud_dns->project;
}

TEST_CASE("solvers by selector", "[solver]") {
  const auto www = authorization("www.example.com");
  const Json zone{{"dnsZones", {"example.com"}}};
  const Json deep_zone{{"dnsZones", {"other.org", "www.example.com"}}};
  const Json name{{"dnsNames", {"www.example.com"}}};
  const Json label{{"matchLabels", {{"team", "a"}}}};
  const kube::Map team_a{{"team", "a"}};
  CHECK(chosen(Json::array({http("1"), http("2")}), www) == "1");
  CHECK(chosen(Json::array({http("1"), http("2", zone)}), www) == "2");
  CHECK(chosen(Json::array({http("1", zone), http("2")}), www) == "1");
  CHECK(chosen(Json::array({http("1", zone), http("2", deep_zone)}), www) == "2");
  CHECK(chosen(Json::array({http("1", deep_zone), http("2", name)}), www) == "2");
  CHECK(chosen(Json::array({http("1", label), http("2", zone)}), www, team_a) == "2");
  CHECK(chosen(Json::array({http("1"), http("2", label)}), www, team_a) == "2");
  CHECK(chosen(Json::array({http("1"), http("2", label)}), www) == "1");
  CHECK(chosen(Json::array({http("1", name), http("2", name)}), www) == "1");
  CHECK(chosen(Json::array({http("1", Json::object()), http("2")}), www) == "1");
  CHECK(chosen(Json::array({http("1", Json{{"dnsZones", {"ample.com"}}})}), www) == "none");
  CHECK(chosen(Json::array({http("1", Json{{"dnsNames", {"example.com"}}})}), www) == "none");
  // All parts must match.
  CHECK(chosen(Json::array(
                   {http("1", Json{{"dnsNames", {"www.example.com"}}, {"matchLabels", {{"team", "b"}}}})}),
               www, team_a) == "none");
}

TEST_CASE("solvers by what the server offers", "[solver]") {
  const auto wildcard = authorization("example.com", true);
  CHECK(chosen(Json::array({http("1"), dns("2")}), wildcard) == "2");
  CHECK(chosen(Json::array({http("1")}), wildcard) == "none");
  CHECK(chosen(Json::array({dns("1", Json{{"dnsNames", {"*.example.com"}}})}), wildcard) == "1");
  CHECK(chosen(Json::array({dns("1", Json{{"dnsNames", {"example.com"}}})}), wildcard) == "none");
  CHECK(chosen(Json::array({dns("1", Json{{"dnsZones", {"example.com"}}})}), wildcard) == "1");
  const auto found = choose_solver(issuer_with(Json::array({dns("1")})), {}, authorization("example.com"));
  REQUIRE(found);
  CHECK(found->challenge.url == "d");
  CHECK(challenge_type(found->challenge) == "DNS-01");
  const auto none = choose_solver(issuer_with(Json::array()), {}, wildcard);
  REQUIRE_FALSE(none);
  CHECK(none.error().message.find("\"*.example.com\"") != std::string::npos);
}

TEST_CASE("annotations of the Order change the ingress solver", "[solver]") {
  const auto issuer =
      issuer_with(Json::array({Json{{"http01", {{"ingress", {{"name", "n"}, {"class", "c"}}}}}}}));
  kube::ObjectMeta order;
  const auto ingress = [&] {
    return *choose_solver(issuer, order, authorization("a.b"))->solver.http01->ingress;
  };
  order.annotations.set("acme.cert-manager.io/http01-override-ingress-ingressclassname", "mine");
  CHECK(ingress().name.empty());
  CHECK_FALSE(ingress().class_name);
  CHECK(ingress().ingress_class_name == "mine");
  order.annotations = {{"acme.cert-manager.io/http01-override-ingress-name", "edge"}};
  CHECK(ingress().name == "edge");
  order.annotations.set("acme.cert-manager.io/http01-override-ingress-class", "x");
  const auto both = choose_solver(issuer, order, authorization("a.b"));
  REQUIRE_FALSE(both);
  CHECK(both.error().code == Code::Invalid);
}

TEST_CASE("annotations of the Order add a parent to the HTTPRoute solver", "[solver]") {
  kube::ObjectMeta order;
  order.name_space = "mesh";
  auto issuer = issuer_with(Json::array({Json{{"http01", {{"gatewayHTTPRoute", Json::object()}}}}}));
  const auto choose = [&] { return choose_solver(issuer, order, authorization("a.b")); };
  CHECK_FALSE(choose());
  order.annotations.set("acme.cert-manager.io/http01-parentrefname", "edge");
  CHECK_FALSE(choose());
  order.annotations.set("acme.cert-manager.io/http01-parentrefkind", "Gateway");
  REQUIRE(choose());
  const auto parents = choose()->solver.http01->gateway_http_route->parent_refs;
  REQUIRE(parents.size() == 1);
  CHECK(parents[0].name == "edge");
  CHECK(parents[0].name_space == "mesh");
  // Known already.
  issuer.solvers[0].http01->gateway_http_route->parent_refs = parents;
  CHECK(choose()->solver.http01->gateway_http_route->parent_refs.size() == 1);
}

}  // namespace
}  // namespace cw::controller::acme
