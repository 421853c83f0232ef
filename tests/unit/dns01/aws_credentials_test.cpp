#include "lib/dns01/aws_credentials.h"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "lib/dns01/aws_ambient.h"
#include "lib/dns01/route53.h"
#include "tests/unit/dns01/fake_cloud.h"

using namespace cw;               // NOLINT(google-build-using-namespace)
using namespace cw::dns01;        // NOLINT(google-build-using-namespace)
using namespace cw::dns01::test;  // NOLINT(google-build-using-namespace)

namespace {

std::string sts_answer(const std::string& action, const std::string& id, const std::string& expires) {
  return "<" + action + "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" + action +
         "Result><Credentials><AccessKeyId>" + id +
         "</AccessKeyId><SecretAccessKey>made-secret</SecretAccessKey><SessionToken>made-token</SessionToken>"
         "<Expiration>" +
         expires + "</Expiration></Credentials></" + action + "Result></" + action + "Response>";
}

// Answers by host and path; all else is a 404.
class Script final : public FakeCloud {
 public:
  std::map<std::string, ClientResponse> answers;  // "POST sts.amazonaws.com/"

 private:
  ClientResponse answer(const Asked& asked) override {
    const auto found = answers.find(asked.method + " " + asked.host + asked.path);
    return found == answers.end() ? text_answer(404, "no") : found->second;
  }
};

struct Bench {
  ManualClock clock{kNow};
  NameLocks locks;
  Script cloud;
  std::map<std::string, std::string> variables;
  Wires wires() {
    return {cloud, clock, locks,
            [this](const std::string& name) {
              const auto found = variables.find(name);
              return found == variables.end() ? std::string() : found->second;
            },
            [](std::chrono::milliseconds) {}};
  }
  static AwsCredentialSettings settings() {
    return {.keys = {}, .role = {}, .sts_endpoint = "https://sts.amazonaws.com", .sts_region = "us-east-1"};
  }
};

AwsKeys given_keys() {
  return {
      .access_key_id = "AKIDGIVEN", .secret_access_key = SecretBytes("given-secret"), .session_token = {}};
}

// A file that is gone at the end.
struct TokenFile {
  std::string path =
      (std::filesystem::temp_directory_path() / ("certwright-dns01-token-" + std::to_string(::getpid())))
          .string();
  explicit TokenFile(const std::string& text) { std::ofstream(path) << text; }
  TokenFile(const TokenFile&) = delete;
  TokenFile& operator=(const TokenFile&) = delete;
  ~TokenFile() { std::filesystem::remove(path); }
};

}  // namespace

TEST_CASE("without credentials and without leave to use ambient ones nothing is asked") {
  Bench bench;
  bench.variables = {{"AWS_ACCESS_KEY_ID", "AKIDENV"}, {"AWS_SECRET_ACCESS_KEY", "env-secret"}};
  AwsCredentials credentials(bench.wires(), Bench::settings());
  const auto keys = credentials.current();
  REQUIRE_FALSE(keys.has_value());
  CHECK(keys.error().code == Code::Invalid);
  CHECK(bench.cloud.asked().empty());
}

TEST_CASE("keys of the settings come before those of the environment") {
  Bench bench;
  bench.variables = {{"AWS_ACCESS_KEY_ID", "AKIDENV"}, {"AWS_SECRET_ACCESS_KEY", "env-secret"}};
  auto settings = Bench::settings();
  settings.ambient = true;
  CHECK((*AwsCredentials(bench.wires(), std::move(settings)).current())->access_key_id == "AKIDENV");
  settings = Bench::settings();
  settings.keys = given_keys();
  CHECK((*AwsCredentials(bench.wires(), std::move(settings)).current())->access_key_id == "AKIDGIVEN");
}

TEST_CASE("a role is assumed with the keys, kept, and assumed anew before it ends") {
  Bench bench;
  bench.cloud.answers["POST sts.amazonaws.com/"] =
      text_answer(200, sts_answer("AssumeRole", "ASIAROLE", "2026-01-02T04:04:05Z"));
  auto settings = Bench::settings();
  settings.keys = given_keys();
  settings.role = "arn:aws:iam::123456789012:role/dns";
  AwsCredentials credentials(bench.wires(), std::move(settings));
  const auto keys = credentials.current();
  REQUIRE(keys.has_value());
  CHECK((*keys)->access_key_id == "ASIAROLE");
  CHECK((*keys)->session_token.reveal() == "made-token");
  const auto asked = bench.cloud.asked().at(0);
  const auto form = parse_form(asked.body);
  CHECK(form.at("Action") == "AssumeRole");
  CHECK(form.at("RoleArn") == "arn:aws:iam::123456789012:role/dns");
  CHECK(asked.header("authorization").find("Credential=AKIDGIVEN/20260102/us-east-1/sts/") !=
        std::string::npos);
  bench.clock.advance(std::chrono::minutes(58));
  REQUIRE(credentials.current().has_value());
  CHECK(bench.cloud.asked().size() == 1);
  bench.clock.advance(std::chrono::minutes(2));
  REQUIRE(credentials.current().has_value());
  CHECK(bench.cloud.asked().size() == 2);
}

TEST_CASE("a role is taken on by a ServiceAccount's token, unsigned") {
  Bench bench;
  bench.cloud.answers["POST sts.amazonaws.com/"] =
      text_answer(200, sts_answer("AssumeRoleWithWebIdentity", "ASIAWEB", "2026-01-02T04:04:05Z"));
  auto settings = Bench::settings();
  settings.role = "arn:aws:iam::123456789012:role/dns";
  settings.identity_token = [] { return Result<SecretBytes>(SecretBytes("service-account-token")); };
  AwsCredentials credentials(bench.wires(), std::move(settings));
  CHECK((*credentials.current())->access_key_id == "ASIAWEB");
  const auto asked = bench.cloud.asked().at(0);
  CHECK(parse_form(asked.body).at("WebIdentityToken") == "service-account-token");
  CHECK(asked.header("authorization").empty());

  bench.cloud.answers["POST sts.amazonaws.com/"] =
      text_answer(400,
                  "<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>Not valid: "
                  "service-account-token</Message></Error></ErrorResponse>");
  credentials.forget();
  const auto refused = credentials.current();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Code::Forbidden);
  CHECK(refused.error().message.find("service-account-token") == std::string::npos);
}

TEST_CASE("the token file of the environment (IRSA)") {
  Bench bench;
  const TokenFile file("file-token\n");
  bench.variables = {{"AWS_WEB_IDENTITY_TOKEN_FILE", file.path},
                     {"AWS_ROLE_ARN", "arn:aws:iam::1:role/irsa"}};
  bench.cloud.answers["POST sts.amazonaws.com/"] =
      text_answer(200, sts_answer("AssumeRoleWithWebIdentity", "ASIAWEB", "2026-01-02T04:04:05Z"));
  auto settings = Bench::settings();
  settings.ambient = true;
  CHECK((*AwsCredentials(bench.wires(), std::move(settings)).current())->access_key_id == "ASIAWEB");
  const auto form = parse_form(bench.cloud.asked().at(0).body);
  CHECK(form.at("WebIdentityToken") == "file-token");
  CHECK(form.at("RoleArn") == "arn:aws:iam::1:role/irsa");
}

TEST_CASE("the machine's metadata service, by a session of its second version") {
  Bench bench;
  const std::string path = "169.254.169.254/latest/meta-data/iam/security-credentials/";
  bench.cloud.answers["PUT 169.254.169.254/latest/api/token"] = text_answer(200, "session-1");
  bench.cloud.answers["GET " + path] = text_answer(200, "node-role\n");
  bench.cloud.answers["GET " + path + "node-role"] =
      json_answer(200, {{"Code", "Success"},
                        {"AccessKeyId", "ASIANODE"},
                        {"SecretAccessKey", "node-secret"},
                        {"Token", "node-token"},
                        {"Expiration", "2026-01-02T09:00:00Z"}});
  const auto keys = aws_metadata_keys(bench.wires());
  REQUIRE(keys.has_value());
  CHECK(keys->value.access_key_id == "ASIANODE");
  for (std::size_t i = 1; i < 3; ++i)
    CHECK(bench.cloud.asked().at(i).header("x-aws-ec2-metadata-token") == "session-1");
  bench.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  CHECK(aws_metadata_keys(bench.wires()).error().code == Code::Invalid);
}

TEST_CASE("the container's metadata service") {
  Bench bench;
  const auto body = json_answer(200, {{"AccessKeyId", "ASIATASK"},
                                      {"SecretAccessKey", "task-secret"},
                                      {"Token", "task-token"},
                                      {"Expiration", "2026-01-02T09:00:00Z"}});
  bench.cloud.answers["GET 169.254.170.2/v2/credentials/1"] = body;
  bench.cloud.answers["GET 169.254.170.23/v1/credentials"] = body;
  bench.variables = {{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/1"}};
  CHECK(aws_metadata_keys(bench.wires())->value.access_key_id == "ASIATASK");
  bench.variables = {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"},
                     {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "pod-token"}};
  CHECK(aws_metadata_keys(bench.wires())->value.access_key_id == "ASIATASK");
  CHECK(bench.cloud.asked().back().header("authorization") == "pod-token");
  bench.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://192.0.2.1/v1/credentials";
  CHECK(aws_metadata_keys(bench.wires()).error().code == Code::Invalid);
}

TEST_CASE("regions have their partition's services") {
  CHECK(aws_places("")->sts == "https://sts.amazonaws.com");
  CHECK(aws_places("eu-central-1")->sts == "https://sts.eu-central-1.amazonaws.com");
  CHECK(aws_places("eu-central-1")->route53_region == "us-east-1");
  CHECK(aws_places("cn-north-1")->route53 == "https://route53.amazonaws.com.cn");
  CHECK(aws_places("us-gov-west-1")->route53_region == "us-gov-west-1");
  CHECK_FALSE(aws_places("evil.example.com/").has_value());
}
