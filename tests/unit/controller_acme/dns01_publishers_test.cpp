// From a Challenge's solver and the Secrets it names to a publisher that asks the right provider with the
// right credentials.
#include "controller/acme/dns01_publishers.h"

#include <functional>
#include <map>
#include <mutex>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lib/api/resources.h"
#include "lib/base/encoding.h"
#include "tests/contract/fake_kube.h"

using namespace cw;                    // NOLINT(google-build-using-namespace)
using namespace cw::controller::acme;  // NOLINT(google-build-using-namespace)

namespace {

constexpr TimePoint kNow{std::chrono::seconds(1767323045)};

// Remembers what was asked, and gives the same answer to all.
class Asked final : public http::HttpFetch {
 public:
  std::vector<http::FetchRequest> requests;
  http::ClientResponse answer{.status = 403, .body = "{}", .headers = {}};
  Result<http::ClientResponse> fetch(const http::FetchRequest& request) override {
    requests.push_back(request);
    return answer;
  }
  std::string header(const std::string& name) const {
    for (const auto& [key, value] : requests.at(0).headers) {
      if (key == name) return value;
    }
    return "";
  }
};

struct Bench {
  ManualClock clock{kNow};
  contract::FakeKube kube{clock};
  Asked asked;
  std::map<std::string, std::string> variables = {};
  std::vector<std::string> tokens_asked = {};
  SolverScope scope{.resource_namespace = "team", .ambient_credentials = false};
  Dns01Publishers publishers{{.reader = kube,
                              .writer = kube,
                              .fetch = asked,
                              .clock = clock,
                              .environment = [this](const std::string& name) { return variables[name]; },
                              .pause = [](std::chrono::milliseconds) {},
                              .service_account_token =
                                  [this](const std::string& name_space, const std::string& name,
                                         const std::vector<std::string>& audiences) {
                                    tokens_asked.push_back(name_space + "/" + name + " " + audiences.at(0));
                                    return Result<SecretBytes>(SecretBytes("sa-token"));
                                  }}};

  void secret(const std::string& name, const std::map<std::string, std::string>& values) {
    kube::Json data = kube::Json::object();
    for (const auto& [key, value] : values) data[key] = encode_base64(value);
    REQUIRE(kube.create(api::kSecrets, {{"apiVersion", "v1"},
                                        {"kind", "Secret"},
                                        {"metadata", {{"name", name}, {"namespace", "team"}}},
                                        {"data", data}})
                .has_value());
  }
  Result<std::shared_ptr<dns01::TxtPublisher>> make(const api::Dns01& dns01,
                                                    const std::string& name = "www.example.com") {
    api::Challenge challenge;
    challenge.metadata.name_space = "team";
    challenge.spec.dns_name = name;
    challenge.spec.solver.dns01 = dns01;
    return publishers.make(challenge, scope);
  }
};

const dns01::TxtRecord kRecord{
    .name = "_acme-challenge.www.example.com.", .zone = "example.com.", .value = "digest"};

api::Dns01 cloudflare(const std::string& secret = "cf", const std::string& key = "token") {
  api::Dns01 dns01;
  dns01.cloudflare = {
      .email = {}, .api_key_secret_ref = {}, .api_token_secret_ref = api::SecretKeySelector{secret, key}};
  return dns01;
}

api::Dns01 route53() {
  api::Dns01 dns01;
  dns01.route53.emplace();
  dns01.route53->region = "eu-central-1";
  return dns01;
}

}  // namespace

TEST_CASE("dns01: a value goes out without the line end of its file") {
  Bench bench;
  bench.secret("cf", {{"token", "cf-token-1\n"}});
  auto publisher = bench.make(cloudflare());
  REQUIRE(publisher.has_value());
  CHECK((*publisher)->present(kRecord).error().code == Code::Forbidden);
  CHECK(bench.asked.requests.at(0).url == "https://api.cloudflare.com/client/v4/zones?name=example.com");
  CHECK(bench.asked.header("Authorization") == "Bearer cf-token-1");
}

TEST_CASE("dns01: what is missing is named: field, Secret, key") {
  Bench bench;
  bench.secret("cf", {{"other", "x"}, {"blank", "\n"}});
  CHECK(bench.make(cloudflare("absent")).error() ==
        Error{Code::NotFound,
              "dns01.cloudflare.apiTokenSecretRef: Secret \"absent\" in namespace \"team\" not found"});
  CHECK(
      bench.make(cloudflare("cf", "token")).error() ==
      Error{Code::Invalid,
            "dns01.cloudflare.apiTokenSecretRef: Secret \"cf\" in namespace \"team\" has no key \"token\""});
  CHECK(bench.make(cloudflare("cf", "blank")).error().code == Code::Invalid);
  CHECK(bench.make(cloudflare("cf", "")).error() ==
        Error{Code::Invalid, "dns01.cloudflare.apiTokenSecretRef.key: it is empty"});
  CHECK(bench.make({}).error() == Error{Code::Invalid, "spec.solver.dns01: it names no provider"});
  CHECK(bench.asked.requests.empty());
}

TEST_CASE("dns01: a publisher is kept until its settings or credentials change") {
  Bench bench;
  bench.secret("cf", {{"token", "cf-token-1"}});
  const auto first = *bench.make(cloudflare());
  CHECK(*bench.make(cloudflare(), "other.example.com") == first);
  auto changed = *bench.kube.get(api::kSecrets, {"team", "cf"});
  changed["data"]["token"] = encode_base64("cf-token-2");
  REQUIRE(bench.kube.update(api::kSecrets, kube::Part::Object, changed).has_value());
  const auto second = *bench.make(cloudflare());
  CHECK(second != first);
  CHECK_FALSE(second->present(kRecord).has_value());
  CHECK(bench.asked.header("Authorization") == "Bearer cf-token-2");
}

TEST_CASE("dns01: ambient credentials only where the issuer may use them") {
  Bench bench;
  bench.variables = {{"AWS_ACCESS_KEY_ID", "AKIDENV"}, {"AWS_SECRET_ACCESS_KEY", "env-secret"}};
  const auto refused = (*bench.make(route53()))->present(kRecord);
  CHECK(refused.error().code == Code::Invalid);
  CHECK(bench.asked.requests.empty());
  api::Dns01 google;
  google.cloud_dns.emplace();
  google.cloud_dns->project = "p";
  CHECK(bench.make(google).error().code == Code::Invalid);
  api::Dns01 azure;
  azure.azure_dns.emplace();
  azure.azure_dns->subscription_id = "s";
  azure.azure_dns->resource_group_name = "g";
  CHECK(bench.make(azure).error().code == Code::Invalid);

  bench.scope.ambient_credentials = true;
  CHECK(bench.make(google).has_value());
  CHECK(bench.make(azure).has_value());
  CHECK_FALSE((*bench.make(route53()))->present(kRecord).has_value());
  CHECK(bench.asked.header("Authorization").find("Credential=AKIDENV/") != std::string::npos);
}

TEST_CASE("dns01: Route 53's access key, from the field or from a Secret") {
  Bench bench;
  bench.secret("aws", {{"id", "AKIDSECRET"}, {"key", "aws-secret"}});
  auto dns01 = route53();
  dns01.route53->secret_access_key_secret_ref = {"aws", "key"};
  CHECK(bench.make(dns01).error().message ==
        "route53.accessKeyID: it is missing beside the secret access key");
  dns01.route53->access_key_id_secret_ref = api::SecretKeySelector{"aws", "id"};
  CHECK_FALSE((*bench.make(dns01))->present(kRecord).has_value());
  CHECK(bench.asked.header("Authorization").find("Credential=AKIDSECRET/") != std::string::npos);
  dns01.route53->access_key_id = "AKIDFIELD";
  CHECK(bench.make(dns01).error().code == Code::Invalid);
}

TEST_CASE("dns01: Route 53 by a ServiceAccount's token, of the issuer's resource namespace") {
  Bench bench;
  auto dns01 = route53();
  dns01.route53->role = "arn:aws:iam::1:role/dns";
  dns01.route53->auth.emplace().kubernetes.emplace().service_account_ref.emplace().name = "dns";
  CHECK_FALSE((*bench.make(dns01))->present(kRecord).has_value());
  CHECK(bench.tokens_asked == std::vector<std::string>{"team/dns sts.amazonaws.com"});
  CHECK(bench.asked.requests.at(0).url == "https://sts.eu-central-1.amazonaws.com/");
  CHECK(bench.asked.requests.at(0).body.find("WebIdentityToken=sa-token") != std::string::npos);
}

TEST_CASE("dns01: acme-dns has a publisher for each domain") {
  Bench bench;
  bench.secret("accounts",
               {{"json", R"({"a.example.com":{"username":"u","password":"p","subdomain":"s"}})"}});
  api::Dns01 dns01;
  dns01.acme_dns = {.host = "https://auth.example.org", .account_secret_ref = {"accounts", "json"}};
  CHECK(bench.make(dns01, "a.example.com").has_value());
  CHECK(bench.make(dns01, "b.example.com").error().code == Code::Invalid);
}

namespace {

// Stands for an aggregated API.
class Webhook final : public kube::KubeWriter {
 public:
  Result<kube::Json> answer = kube::Json{{"response", {{"success", true}}}};
  std::vector<std::pair<std::string, kube::Json>> created;
  Result<kube::Json> create(const kube::Resource& resource, const kube::Json& object,
                            const kube::WriteOptions&) override {
    created.emplace_back(kube::collection_path(resource, ""), object);
    return answer;
  }
  Result<kube::Json> update(const kube::Resource&, kube::Part, const kube::Json&,
                            const kube::WriteOptions&) override {
    return Error{};
  }
  Result<kube::Json> merge_patch(const kube::Resource&, const kube::ObjectKey&, kube::Part, const kube::Json&,
                                 const kube::WriteOptions&) override {
    return Error{};
  }
  Result<kube::Json> apply(const kube::Resource&, const kube::Json&, const kube::WriteOptions&) override {
    return Error{};
  }
  Status remove(const kube::Resource&, const kube::ObjectKey&, const kube::Preconditions&) override {
    return Error{};
  }
};

}  // namespace

TEST_CASE("dns01: the webhook is given a ChallengePayload") {
  Bench bench;
  Webhook webhook;
  Dns01Publishers publishers{{.reader = bench.kube,
                              .writer = webhook,
                              .fetch = bench.asked,
                              .clock = bench.clock,
                              .environment = [](const std::string&) { return std::string(); },
                              .pause = [](std::chrono::milliseconds) {}}};
  api::Challenge challenge;
  challenge.spec.dns_name = "www.example.com";
  challenge.spec.wildcard = true;
  challenge.spec.solver.dns01.emplace().webhook = {
      .group_name = "acme.example.org", .solver_name = "my-dns", .config = {R"({"zone":"Z","ttl":5})"}};
  auto publisher = publishers.make(challenge, bench.scope);
  REQUIRE(publisher.has_value());
  REQUIRE((*publisher)->present(kRecord).has_value());
  CHECK(webhook.created.at(0).first == "/apis/acme.example.org/v1alpha1/my-dns");
  const kube::Json expected = {{"uid", ""},
                               {"action", "Present"},
                               {"type", "dns-01"},
                               {"dnsName", "www.example.com"},
                               {"key", "digest"},
                               {"resourceNamespace", "team"},
                               {"resolvedFQDN", "_acme-challenge.www.example.com."},
                               {"resolvedZone", "example.com."},
                               {"allowAmbientCredentials", false},
                               {"config", {{"zone", "Z"}, {"ttl", 5}}}};
  CHECK(webhook.created.at(0).second.at("request") == expected);
  CHECK(webhook.created.at(0).second.at("apiVersion") == "webhook.acme.cert-manager.io/v1alpha1");
  CHECK(webhook.created.at(0).second.at("kind") == "ChallengePayload");
  REQUIRE((*publisher)->clean_up(kRecord).has_value());
  CHECK(webhook.created.at(1).second.at("request").at("action") == "CleanUp");

  webhook.answer =
      kube::Json{{"response", {{"success", false}, {"status", {{"message", "quota is used up"}}}}}};
  CHECK((*publisher)->present(kRecord).error().message ==
        "DNS-01 webhook my-dns.acme.example.org: quota is used up");
  webhook.answer = kube::Json::object();
  CHECK_FALSE((*publisher)->present(kRecord).has_value());
  webhook.answer = Error{Code::Unavailable, "the server is currently unable to handle the request"};
  CHECK((*publisher)->present(kRecord).error().code == Code::Unavailable);

  for (const char* name : {"", "../../../api/v1/namespaces", "a/b", "a?b", "."}) {
    challenge.spec.solver.dns01->webhook->solver_name = name;
    CHECK(publishers.make(challenge, bench.scope).error().code == Code::Invalid);
  }
}
