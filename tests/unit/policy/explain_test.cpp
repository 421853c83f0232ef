#include "lib/policy/explain.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/unit/policy/policy_scene.h"

using namespace cw;
using namespace cw::policy;
using test::Json;
using test::SceneWorld;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

struct Told {
  RequestView view;
  Verdict verdict;
};

Told told(const Json& request, const std::vector<Json>& policies, Depth depth = Depth::Answer) {
  SceneWorld world;
  world.all = test::policies_of(policies);
  RequestView view = test::request_of(request);
  Verdict verdict = decide(view, world, {}, depth);
  return {std::move(view), std::move(verdict)};
}

const Json kNarrow{{"name", "narrow"},
                   {"allowed", {{"dnsNames", {{"values", {"*.team"}}}}}},
                   {"constraints", {{"maxDuration", "24h"}}}};
const Json kRequest{{"issuer", {{"name", "corp"}, {"kind", "ClusterIssuer"}}},
                    {"dnsNames", {"a.team", "b.other"}},
                    {"duration", "1h"}};

}  // namespace

TEST_CASE("explain: a refusal says what, where, why, the fix and how to see more", "[policy]") {
  const Told one = told(kRequest, {kNarrow, Json{{"name", "wide"}, {"allowed", Json::object()}}});
  const std::string text = refusal_text(one.verdict, one.view);
  CHECK(text.starts_with("namespace team may not request dnsNames[1]=b.other from ClusterIssuer corp\n"));
  CHECK(has(text, "\npolicy narrow: spec.allowed.dnsNames.values: \"b.other\": must match *.team\n"));
  CHECK(has(text, "\npolicy wide: spec.allowed.dnsNames: "));
  CHECK(has(text, "\nfix: remove it from spec.dnsNames"));
  CHECK(has(text, "\nexplain: certwright explain -n team -f FILE"));
}

TEST_CASE("explain: what is refused is told in a few words", "[policy]") {
  const auto first_line = [](const Json& request, const Json& policy) {
    const Told one = told(request, {policy});
    const std::string text = refusal_text(one.verdict, one.view);
    return text.substr(0, text.find('\n'));
  };
  const Json limited{{"name", "a"},
                     {"constraints", {{"maxDuration", "24h"}, {"privateKey", {{"minSize", 3072}}}}}};
  CHECK(has(first_line({{"duration", "48h"}, {"key", {"RSA", 4096}}}, limited), "request duration=48h from"));
  CHECK(has(first_line({{"key", {"RSA", 4096}}}, limited), "request a certificate without duration from"));
  CHECK(
      has(first_line({{"duration", "1h"}, {"key", {"RSA", 2048}}}, limited), "request a key RSA 2048 from"));
  CHECK(has(first_line({{"isCA", true}}, {{"name", "a"}}), "request isCA=true from Issuer corp"));
  CHECK(has(first_line({{"usages", {"any"}}}, {{"name", "a"}}), "request usages \"any\" from"));
  CHECK(has(first_line({{"commonName", "x"}}, {{"name", "a"}}), "request commonName=x from"));
  CHECK(has(first_line(Json::object(),
                       {{"name", "a"}, {"allowed", {{"commonName", {{"value", "x"}, {"required", true}}}}}}),
            "request a certificate without commonName from"));
}

TEST_CASE("explain: a refusal stays below its limit, with the fix at its end", "[policy]") {
  std::vector<Json> policies;
  for (int i = 0; i < 300; ++i) {
    Json one = kNarrow;
    one["name"] = std::string(100, 'p') + std::to_string(i);
    one["allowed"]["dnsNames"]["values"] = {std::string(3000, 'x')};
    policies.push_back(one);
  }
  const Told one = told(kRequest, policies);
  const std::string text = refusal_text(one.verdict, one.view);
  CHECK(text.size() <= 4096);
  CHECK(has(text, "\nfix: "));
  CHECK(has(text, "\nexplain: "));
}

TEST_CASE("explain: warnings are short, ASCII and few", "[policy]") {
  std::vector<Json> policies;
  for (int i = 0; i < 20; ++i) {
    Json one = kNarrow;
    one["name"] = "p" + std::to_string(i);
    one["allowed"]["dnsNames"]["values"] = {"\u00e9" + std::string(300, 'x')};
    policies.push_back(one);
  }
  for (const Json& request : {kRequest, Json{{"dnsNames", {"\u00fc\n.evil"}}}}) {
    const Told one = told(request, policies);
    const std::vector<std::string> texts = warning_texts(one.verdict, one.view);
    CHECK(texts.size() > 2);
    CHECK(texts.size() <= 6);
    for (const std::string& text : texts) {
      CHECK(text.size() <= 120);
      CHECK(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7F; }));
    }
    CHECK(has(texts.back(), "fix: "));
  }
  const Told approved = told(Json::object(), {Json{{"name", "a"}}});
  CHECK(warning_texts(approved.verdict, approved.view).empty());
}

TEST_CASE("explain: what waits says why and what to do", "[policy]") {
  const Told none = told(kRequest, {});
  CHECK(has(pending_text(none.verdict, none.view), "No CertificateRequestPolicy exists"));

  Json other = kNarrow;
  other["selector"] = {{"issuerRef", {{"name", "x*"}}}};
  const Told missed = told(kRequest, {other});
  CHECK(has(pending_text(missed.verdict, missed.view),
            "\"narrow\": spec.selector.issuerRef.name \"x*\" does not match \"corp\""));

  SceneWorld world;
  world.everybody = false;
  world.all = test::policies_of({other, Json{{"name", "unbound"}}});
  const RequestView view = test::request_of({{"user", "system:serviceaccount:team:builder"}});
  const std::string text = pending_text(decide(view, world, {}), view);
  CHECK(has(text,
            "\"unbound\": user \"system:serviceaccount:team:builder\" lacks the verb \"use\" on "
            "certificaterequestpolicies.policy.cert-manager.io \"unbound\" in namespace \"team\""));
  CHECK(has(text, "kubectl create clusterrole use-unbound --verb=use"));
  CHECK(has(text,
            "kubectl create rolebinding use-unbound -n team --clusterrole=use-unbound "
            "--serviceaccount=team:builder"));
  CHECK_FALSE(has(text, "narrow"));  // it missed by more
  CHECK(text.size() <= 1024);
}

TEST_CASE("explain: a name cannot smuggle words into a command", "[policy]") {
  SceneWorld world;
  world.everybody = false;
  world.all = test::policies_of({Json{{"name", "a"}}});
  const RequestView view = test::request_of({{"user", "jane'; rm -rf /"}});
  CHECK(has(pending_text(decide(view, world, {}), view), "--user='jane'\\''; rm -rf /'"));
}

TEST_CASE("explain: the labels that a namespace lacks", "[policy]") {
  Json labelled{{"name", "a"},
                {"selector", {{"namespace", {{"matchLabels", {{"env", "prod"}, {"x", "y"}}}}}}}};
  SceneWorld world;
  world.namespaces["team"] = kube::Map{{"env", "test"}, {"x", "y"}};
  world.all = test::policies_of({labelled});
  const RequestView view = test::request_of(Json::object());
  const Verdict verdict = decide(view, world, {}, Depth::Everything);
  const std::string why = verdict.outcomes.front().why;
  CHECK(has(why, "env=prod (it is \"test\")"));
  CHECK(has(why, "kubectl label namespace team --overwrite env=prod"));
  CHECK_FALSE(has(why, "x=y"));
}

TEST_CASE("explain: the record holds everything, and the report is made of it", "[policy]") {
  const Told one = told(kRequest, {kNarrow, Json{{"name", "shadow"}, {"mode", "warn"}}}, Depth::Everything);
  const Json record = to_json(one.verdict, one.view);
  CHECK(record["verdict"] == "Denied");
  CHECK(record["policy"] == "");
  CHECK(record["request"]["namespace"] == "team");
  CHECK(record["request"]["dnsNames"] == Json{"a.team", "b.other"});
  CHECK(record["request"]["duration"] == "1h0m0s");
  CHECK(record["guard"] == Json::array());
  REQUIRE(record["policies"].size() == 2);
  CHECK(record["policies"][0]["name"] == "narrow");
  CHECK(record["policies"][0]["stage"] == "fails");
  CHECK(record["policies"][0]["failures"][0]["field"] == "spec.allowed.dnsNames.values");
  CHECK(record["policies"][0]["failures"][0]["value"] == "\"b.other\"");
  CHECK(record["policies"][0]["failures"][0]["internal"] == false);
  CHECK(record["policies"][1]["stage"] == "shadow");

  const std::string text = report(one.verdict, one.view);
  CHECK(text == report(Json::parse(record.dump())));
  CHECK(text.starts_with("Denied: namespace team, ClusterIssuer corp, user jane\n"));
  CHECK(has(text,
            "  narrow [fails]\n    - spec.allowed.dnsNames.values: \"b.other\": must match *.team\n"
            "      fix: remove it from spec.dnsNames"));
  CHECK(has(text, "  shadow [shadow]\n    it would not approve, but counts for nothing"));
  // A record from elsewhere may be anything.
  CHECK_FALSE(report(Json::object()).empty());
  CHECK_FALSE(report(Json{{"policies", {1, "x", {{"failures", 2}}}}, {"guard", "x"}}).empty());
}

TEST_CASE("explain: the guard's refusal", "[policy]") {
  SceneWorld world;
  world.guard = kube::Map{{"certwright.dev/allowed-namespaces", "other"}};
  const RequestView view = test::request_of(kRequest);
  const Verdict verdict = decide(view, world, {});
  const std::string text = refusal_text(verdict, view);
  CHECK(text.starts_with("namespace team may not request "));
  CHECK(has(text, "\nissuer guard: "));
  CHECK(has(text, "certwright.dev/allowed-namespaces"));
  CHECK(to_json(verdict, view)["guard"].size() == 1);
}
