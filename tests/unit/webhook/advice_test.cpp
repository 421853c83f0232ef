// When advice is given at all, how much of it, and the parts that it is made of.
#include "lib/kube/json.h"
#include "tests/unit/webhook/advice_world.h"
#include "webhook/advice/catalogue.h"
#include "webhook/advice/names_key.h"
#include "webhook/advice/public_suffix.h"
#include "webhook/advice/text.h"

using namespace cw;  // tests only
using test::Json;

namespace {

const std::string kUpperCase = "advice.certificate.dnsNames.upperCase";

Json certificate_base() { return test::read_case_file("base/certificate"); }

Json with_names(std::vector<std::string> names) { return {{"spec", {{"dnsNames", std::move(names)}}}}; }

webhook::Enforcement all() { return webhook::parse_enforcement({"all"}).value(); }

webhook::Verdict judged(const Json& one_case, const webhook::Enforcement& enforced = {}) {
  return test::judge_advised(certificate_base(), one_case, enforced);
}

Json update(const Json& before, const Json& after) {
  return {{"operation", "UPDATE"}, {"old", before}, {"object", after}};
}

api::CertificateSpec spec_of(const Json& spec) {
  return api::decode_certificate(Json{{"spec", spec}}).value().spec;
}

}  // namespace

TEST_CASE("advice: a plain Certificate gets none", "[webhook][advice]") {
  CHECK(judged(Json::object()).warnings.empty());
}

TEST_CASE("advice: more than ten warnings are counted", "[webhook][advice]") {
  const webhook::Verdict verdict = judged({{"object", with_names(std::vector<std::string>(500, "A"))}});
  CHECK(verdict.warnings.size() == 11);
  CHECK(verdict.warnings.back().find("490 more") != std::string::npos);
}

TEST_CASE("advice: a status update, a write of labels alone and a deletion under way get none",
          "[webhook][advice]") {
  const Json bad = with_names({"A"});
  Json status = update(Json::object(), bad);
  status["subResource"] = "status";
  CHECK(judged(status, all()).allowed());
  CHECK(judged(status, all()).warnings.empty());

  Json labelled = bad;
  labelled["metadata"] = {{"labels", {{"a", "b"}}}, {"finalizers", {"example.com/x"}}};
  CHECK(judged(update(bad, labelled), all()).allowed());
  CHECK(judged(update(bad, labelled)).warnings.empty());

  Json deleted = bad;
  deleted["metadata"] = {{"deletionTimestamp", "2026-01-01T00:00:00Z"}};
  CHECK(judged(update(Json::object(), deleted), all()).allowed());
  CHECK(judged({{"operation", "DELETE"}, {"object", bad}}, all()).allowed());
}

TEST_CASE("advice: whoever is refused by a rule reads of the rule alone", "[webhook][advice]") {
  Json bad = with_names({"A"});
  bad["spec"]["secretName"] = "";
  const webhook::Verdict verdict = judged({{"object", bad}}, all());
  CHECK(verdict.code == 403);
  CHECK(verdict.warnings.empty());
  CHECK(test::refused_paths(verdict, kUpperCase).empty());
}

TEST_CASE("advice: an update may keep a bad name at another place, but not add one", "[webhook][advice]") {
  CHECK(judged(update(with_names({"a", "B"}), with_names({"B"})), all()).allowed());
  const webhook::Verdict verdict = judged(update(with_names({"a", "B"}), with_names({"a", "B", "C"})), all());
  CHECK(test::refused_paths(verdict, kUpperCase) == std::vector<std::string>{"spec.dnsNames[2]"});
  CHECK(test::warned_paths(verdict, kUpperCase) == std::vector<std::string>{"spec.dnsNames[1]"});
}

TEST_CASE("advice: Orders and Challenges get none", "[webhook][advice]") {
  const Json base = test::read_case_file("base/challenge");
  CHECK(test::judge_advised(base, Json::object(), all()).warnings.empty());
}

TEST_CASE("enforcement: ids, lists of ids and all", "[webhook][advice]") {
  const auto one = webhook::parse_enforcement({kUpperCase + ", advice.issuer.acme.server", kUpperCase});
  REQUIRE(one);
  CHECK(one->rules == std::vector<std::string_view>{kUpperCase, "advice.issuer.acme.server"});
  CHECK(one->covers(kUpperCase));
  CHECK_FALSE(one->covers("advice.issuer.acme.solvers"));
  CHECK(all().rules.size() == webhook::advice_rules().size());
  CHECK(webhook::parse_enforcement({})->empty());
}

TEST_CASE("enforcement: an unknown id is an error that names near ones", "[webhook][advice]") {
  for (const char* wrong : {"advice.certificate.dnsNames.uppercase", "upperCase"}) {
    const auto parsed = webhook::parse_enforcement({wrong});
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Code::Invalid);
    CHECK(parsed.error().message.find(kUpperCase) != std::string::npos);
  }
  CHECK_FALSE(webhook::parse_enforcement({""}));
  CHECK_FALSE(webhook::parse_enforcement({kUpperCase + ","}));
  CHECK_FALSE(webhook::parse_enforcement({std::string(100'000, 'x')}));
}

TEST_CASE("names key: order, case, repetition and the common name make no difference", "[webhook][advice]") {
  const Json issuer{{"name", "i"}};
  const std::string key =
      webhook::names_key("ns", spec_of({{"issuerRef", issuer}, {"dnsNames", {"a.b", "c.d"}}}));
  CHECK(key.size() == 32);
  const Json same{{"issuerRef", {{"name", "i"}, {"kind", "Issuer"}, {"group", "cert-manager.io"}}},
                  {"dnsNames", {"C.D.", "a.b", "a.b"}},
                  {"commonName", "a.b"},
                  {"secretName", "x"}};
  CHECK(webhook::names_key("ns", spec_of(same)) == key);
  CHECK(webhook::names_key("other", spec_of(same)) != key);
  CHECK(webhook::names_key("ns", spec_of({{"issuerRef", issuer}, {"dnsNames", {"a.b"}}})) != key);
  CHECK(webhook::names_key("ns", spec_of({{"issuerRef", issuer}, {"uris", {"a.b", "c.d"}}})) != key);
  CHECK(webhook::names_key("ns", spec_of({{"issuerRef", issuer}})) == "");
}

TEST_CASE("names key: a ClusterIssuer is the same from every namespace", "[webhook][advice]") {
  const auto spec =
      spec_of({{"issuerRef", {{"name", "i"}, {"kind", "ClusterIssuer"}}}, {"dnsNames", {"a.b"}}});
  CHECK(webhook::names_key("one", spec) == webhook::names_key("two", spec));
}

TEST_CASE("public suffix: of the ICANN part only, and nothing unknown", "[webhook][advice]") {
  CHECK(webhook::is_public_suffix("com"));
  CHECK(webhook::is_public_suffix("co.uk"));
  CHECK_FALSE(webhook::is_public_suffix("example.com"));
  CHECK_FALSE(webhook::is_public_suffix("github.io"));
  CHECK_FALSE(webhook::is_public_suffix("local"));
  CHECK_FALSE(webhook::is_public_suffix(""));
  CHECK_FALSE(webhook::is_public_suffix(std::string(100'000, 'a')));
}

TEST_CASE("warning text: however long its parts are, it is ASCII below 256 bytes and keeps the rule id",
          "[webhook][advice]") {
  const webhook::Advice advice{kUpperCase, std::string(500, 'p'), "\xc3\xa4\n\"" + std::string(500, 'v'),
                               std::string(500, 'd')};
  const std::string text = webhook::warning_text(advice);
  CHECK(text.size() == 255);
  CHECK(text.ends_with("... (" + kUpperCase + ")"));
  CHECK(text.find('\n') == std::string::npos);
}
