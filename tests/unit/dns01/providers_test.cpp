// What is particular to one provider.
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "lib/base/encoding.h"
#include "lib/dns01/acme_dns.h"
#include "lib/dns01/azure_dns.h"
#include "lib/dns01/cloud_dns.h"
#include "lib/dns01/cloudflare.h"
#include "lib/dns01/route53.h"
#include "lib/dns01/texts.h"
#include "lib/pki/signature.h"
#include "tests/unit/dns01/fake_cloud.h"

using namespace cw;               // NOLINT(google-build-using-namespace)
using namespace cw::dns01;        // NOLINT(google-build-using-namespace)
using namespace cw::dns01::test;  // NOLINT(google-build-using-namespace)

namespace {

struct Bench {
  ManualClock clock{kNow};
  NameLocks locks;
  std::map<std::string, std::string> variables = {};
  std::chrono::milliseconds paused{0};
  Wires wires(FakeCloud& cloud) {
    return {cloud, clock, locks,
            [this](const std::string& name) {
              return variables.contains(name) ? variables[name] : std::string();
            },
            [this](std::chrono::milliseconds by) { paused += by; }};
  }
};

// Says yes to everything that `answers` foresees by path, and remembers.
class Script final : public FakeCloud {
 public:
  std::function<ClientResponse(const Asked&)> reply;

 private:
  ClientResponse answer(const Asked& asked) override { return reply(asked); }
};

const TxtRecord kRecord{.name = "_acme-challenge.www.example.com.", .zone = "example.com.", .value = "one"};

}  // namespace

TEST_CASE("Route 53: the value is a multivalue set of its own with TTL 10") {
  Bench bench;
  auto provider = route53_provider();
  auto publisher = *provider.make(bench.wires(*provider.cloud));
  REQUIRE(publisher->present(kRecord).has_value());
  const auto body = provider.cloud->asked().at(1).body;
  CHECK(body.find("<Name>_acme-challenge.www.example.com.</Name><Type>TXT</Type>"
                  "<SetIdentifier>\"one\"</SetIdentifier><MultiValueAnswer>true</MultiValueAnswer>"
                  "<TTL>10</TTL><ResourceRecords><ResourceRecord><Value>\"one\"</Value>") !=
        std::string::npos);
  CHECK(bench.paused == std::chrono::seconds(2));  // INSYNC at the first look
}

TEST_CASE("Route 53: where a simple record set is already, the value joins it and leaves it") {
  Bench bench;
  auto provider = route53_provider(true);
  provider.cloud->put(kRecord.name, "theirs");
  auto publisher = *provider.make(bench.wires(*provider.cloud));
  REQUIRE(publisher->present(kRecord).has_value());
  REQUIRE(publisher->present(kRecord).has_value());
  CHECK(provider.cloud->values(kRecord.name) == std::vector<std::string>{"one", "theirs"});
  REQUIRE(publisher->clean_up(kRecord).has_value());
  REQUIRE(publisher->clean_up(kRecord).has_value());
  CHECK(provider.cloud->values(kRecord.name) == std::vector<std::string>{"theirs"});
}

TEST_CASE("Route 53: waiting for the servers has an end") {
  Bench bench;
  auto provider = route53_provider();
  provider.cloud->instead = [](const Asked& asked) -> std::optional<Result<ClientResponse>> {
    if (asked.path.find("/change/") == std::string::npos) return std::nullopt;
    return text_answer(
        200, "<GetChangeResponse><ChangeInfo><Status>PENDING</Status></ChangeInfo></GetChangeResponse>");
  };
  auto publisher = *provider.make(bench.wires(*provider.cloud));
  REQUIRE(publisher->present(kRecord).has_value());
  CHECK(bench.paused == std::chrono::seconds(4));
}

TEST_CASE("Route 53: the deepest public zone is taken where the DNS does not tell") {
  Bench bench;
  auto provider = route53_provider();
  auto publisher = *provider.make(bench.wires(*provider.cloud));
  REQUIRE(publisher->present({.name = "_acme-challenge.a.sub.example.com.", .zone = "", .value = "one"})
              .has_value());
  CHECK(provider.cloud->asked().at(provider.cloud->asked().size() - 1).path == "/2013-04-01/change/C1");
  const auto asked = provider.cloud->asked();
  CHECK(asked.at(asked.size() - 2).path == "/2013-04-01/hostedzone/Z2SUB/rrset/");
}

TEST_CASE("Route 53: throttling is worth another try though it is a 400") {
  Bench bench;
  auto provider = route53_provider();
  provider.cloud->instead = [](const Asked&) -> std::optional<Result<ClientResponse>> {
    return text_answer(400,
                       "<ErrorResponse><Error><Code>Throttling</Code><Message>Rate "
                       "exceeded</Message></Error></ErrorResponse>");
  };
  auto publisher = *provider.make(bench.wires(*provider.cloud));
  const auto failed = publisher->present(kRecord);
  CHECK(failed.error() ==
        Error{Code::Unavailable, "Route 53: list hosted zones: HTTP 400: Throttling: Rate exceeded"});
}

TEST_CASE("Route 53: settings that cannot be") {
  Bench bench;
  Script cloud;
  CHECK(Route53::create(bench.wires(cloud), {.hosted_zone_id = "Z1?x"}).error().code == Code::Invalid);
  CHECK(Route53::create(bench.wires(cloud), {.region = "a/b"}).error().code == Code::Invalid);
  CHECK(Route53::create(bench.wires(cloud), {.hosted_zone_id = "/hostedzone/Z1"}).has_value());
}

TEST_CASE("Cloudflare: an account's key proves who asks by two headers") {
  Bench bench;
  Script cloud;
  cloud.reply = [](const Asked& asked) {
    if (asked.header("x-auth-email") != "ops@example.com" || asked.header("x-auth-key") != "global-key") {
      return json_answer(403, {{"success", false}});
    }
    return json_answer(200, {{"success", true}, {"result", {{{"id", "abc"}, {"name", "example.com"}}}}});
  };
  auto publisher =
      Cloudflare::create(bench.wires(cloud), {.email = "ops@example.com", .key = SecretBytes("global-key")});
  CHECK((*publisher)->present(kRecord).has_value());
  CHECK_FALSE(Cloudflare::create(bench.wires(cloud), {.key = SecretBytes("global-key")}).has_value());
  CHECK_FALSE(Cloudflare::create(bench.wires(cloud), {}).has_value());
}

TEST_CASE("Google: the assertion is signed by the service account's key") {
  Bench bench;
  Script cloud;
  std::string assertion;
  cloud.reply = [&](const Asked& asked) {
    assertion = parse_form(asked.body).at("assertion");
    return json_answer(200, {{"access_token", "t"}, {"expires_in", 3600}});
  };
  auto account = parse_google_service_account(service_account_json());
  REQUIRE(account.has_value());
  const auto key = account->key;
  GoogleToken token(bench.wires(cloud), std::move(account).value());
  CHECK((*token.current())->reveal() == "t");
  const auto dot = assertion.rfind('.');
  const pki::Signature signature{pki::algorithm_identifier(pki::SignatureAlgorithm::Sha256WithRsa),
                                 *decode_base64url(assertion.substr(dot + 1))};
  CHECK(pki::verify_signature(signature, assertion.substr(0, dot), key.public_key(), pki::Sha1::Refuse)
            .has_value());
  const auto first = assertion.find('.');
  const Json header = Json::parse(*decode_base64url(assertion.substr(0, first)));
  const Json claims = Json::parse(*decode_base64url(assertion.substr(first + 1, dot - first - 1)));
  CHECK(header == Json({{"alg", "RS256"}, {"typ", "JWT"}, {"kid", "k1"}}));
  CHECK(claims.at("aud") == "https://oauth2.googleapis.com/token");
  CHECK(claims.at("exp").get<long>() - claims.at("iat").get<long>() == 3600);
  CHECK(claims.at("iat") == kNow.time_since_epoch().count());
  // Kept for its time.
  REQUIRE(token.current().has_value());
  CHECK(cloud.asked().size() == 1);
  bench.clock.advance(std::chrono::minutes(59));
  REQUIRE(token.current().has_value());
  CHECK(cloud.asked().size() == 2);
}

TEST_CASE("Google: files that are no service account") {
  CHECK_FALSE(parse_google_service_account("{").has_value());
  CHECK_FALSE(parse_google_service_account(R"({"type":"authorized_user"})").has_value());
  auto json = Json::parse(service_account_json());
  json["token_uri"] = "http://169.254.169.254/";
  CHECK_FALSE(parse_google_service_account(json.dump()).has_value());
  json["private_key"] = "hush-hush";
  const auto failed = parse_google_service_account(json.dump());
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().message.find("hush") == std::string::npos);
}

TEST_CASE("Google: the machine's metadata server") {
  Bench bench;
  Script cloud;
  cloud.reply = [](const Asked& asked) {
    if (asked.header("metadata-flavor") != "Google") return text_answer(403, "");
    return json_answer(200, {{"access_token", "machine"}, {"expires_in", 1000}});
  };
  GoogleToken token(bench.wires(cloud), std::nullopt);
  CHECK((*token.current())->reveal() == "machine");
  CHECK(cloud.asked().at(0).host == "metadata.google.internal");
}

TEST_CASE("Azure: the machine's identity, and a private zone") {
  Bench bench;
  Script cloud;
  cloud.reply = [](const Asked& asked) {
    if (asked.host == "169.254.169.254") {
      if (asked.header("metadata") != "true" || asked.parameter("client_id") != "id1")
        return text_answer(400, "");
      return json_answer(200, {{"access_token", "machine"}, {"expires_in", "86399"}});
    }
    if (asked.method == "GET") return json_answer(404, {{"error", {{"code", "NotFound"}}}});
    return json_answer(201, Json::object());
  };
  auto publisher =
      AzureDns::create(bench.wires(cloud), {.subscription_id = "s",
                                            .resource_group = "g",
                                            .zone = "example.com",
                                            .environment = "AzureUSGovernmentCloud",
                                            .zone_type = AzureDnsSettings::ZoneType::Private,
                                            .identity = {.ambient = true, .managed_client_id = "id1"}});
  REQUIRE(publisher.has_value());
  REQUIRE((*publisher)->present(kRecord).has_value());
  const auto put = cloud.asked().back();
  CHECK(put.host == "management.usgovcloudapi.net");
  CHECK(put.path ==
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateDnsZones/example.com/TXT/"
        "_acme-challenge.www");
  CHECK(put.header("if-none-match") == "*");
  CHECK(Json::parse(put.body) ==
        Json({{"properties", {{"ttl", 60}, {"txtRecords", {{{"value", {"one"}}}}}}}}));
}

TEST_CASE("Azure: a workload identity by its federated token file") {
  Bench bench;
  const auto path =
      (std::filesystem::temp_directory_path() / ("certwright-azure-token-" + std::to_string(::getpid())))
          .string();
  std::ofstream(path) << "federated\n";
  bench.variables = {{"AZURE_FEDERATED_TOKEN_FILE", path},
                     {"AZURE_CLIENT_ID", "c"},
                     {"AZURE_TENANT_ID", "t"},
                     {"AZURE_AUTHORITY_HOST", "https://login.example.org/"}};
  Script cloud;
  cloud.reply = [](const Asked&) { return json_answer(200, {{"access_token", "x"}, {"expires_in", 10}}); };
  auto token = AzureToken::create(bench.wires(cloud), *azure_places(""), {.ambient = true});
  REQUIRE((*token)->current().has_value());
  const auto asked = cloud.asked().at(0);
  CHECK(asked.host + asked.path == "login.example.org/t/oauth2/v2.0/token");
  const auto form = parse_form(asked.body);
  CHECK(form.at("client_assertion") == "federated");
  CHECK(form.at("client_id") == "c");
  CHECK(form.at("scope") == "https://management.azure.com/.default");
  std::filesystem::remove(path);
}

TEST_CASE("Azure: settings that cannot be") {
  Bench bench;
  Script cloud;
  const auto create = [&](AzureIdentity identity) {
    return AzureDns::create(bench.wires(cloud),
                            {.subscription_id = "s", .resource_group = "g", .identity = std::move(identity)});
  };
  CHECK_FALSE(create({}).has_value());
  CHECK_FALSE(create({.client_id = "c", .ambient = true}).has_value());
  CHECK_FALSE(create({.ambient = true, .managed_client_id = "a", .managed_resource_id = "b"}).has_value());
  CHECK(create({.ambient = true}).has_value());
  CHECK_FALSE(azure_places("AzureMoonCloud").has_value());
}

TEST_CASE("acme-dns: the domain's own account, whatever the record's name") {
  Bench bench;
  Script cloud;
  cloud.reply = [](const Asked&) { return json_answer(200, Json::object()); };
  const std::string accounts = R"({"Www.Example.com": {"username":"u","password":"p","subdomain":"d"}})";
  auto publisher = AcmeDns::create(bench.wires(cloud), {.host = "http://auth.example.org:8080/",
                                                        .accounts = *parse_acme_dns_accounts(accounts),
                                                        .domain = "www.example.com"});
  REQUIRE(publisher.has_value());
  REQUIRE((*publisher)
              ->present({.name = "d.auth.example.org.", .zone = "auth.example.org.", .value = "v"})
              .has_value());
  CHECK(cloud.asked().at(0).host == "auth.example.org:8080");
  CHECK(Json::parse(cloud.asked().at(0).body) == Json({{"subdomain", "d"}, {"txt", "v"}}));
  const auto absent =
      AcmeDns::create(bench.wires(cloud), {.host = "h", .accounts = {}, .domain = "other.example.com"});
  CHECK(absent.error() ==
        Error{Code::Invalid, "acmeDNS.accountSecretRef: it has no account for other.example.com"});
}

TEST_CASE("texts: zones, names in zones, quotes, URLs") {
  CHECK(zones_of("a.b.example.com.") ==
        std::vector<std::string>{"a.b.example.com", "b.example.com", "example.com"});
  CHECK(relative_name("_acme-challenge.example.com.", "example.com.") == "_acme-challenge");
  CHECK(relative_name("example.com.", "example.com") == "@");
  CHECK(relative_name("notexample.com.", "example.com.") == "notexample.com");
  for (const char* text : {"", "plain", "with \"quotes\"", "back\\slash"})
    CHECK(unquoted_txt(quoted_txt(text)) == text);
  CHECK(unquoted_txt("\"a\" \"b\"") == "ab");
  CHECK(url_encoded(Parameters{{"a b", "c/ä"}}) == "a%20b=c%2F%C3%A4");
}
