// What a configuration file may say, and who wins.
#include "cli/config_file.h"

#include <fstream>
#include <set>
#include <sstream>

#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>

#include "cli/component_settings.h"
#include "tests/unit/cli/config_case.h"

using namespace cw;  // tests only

namespace {

std::string refusal_of(const std::string& members, const std::string& component = "webhook") {
  return test::read_settings(component, {.file = test::config_text(component, members)}).refused;
}

std::string refusal_of_text(const std::string& text) {
  return test::read_settings("webhook", {.file = text}).refused;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

template <typename Settings>
cli::ConfigSchema schema_of(cli::ComponentFlags (*add)(CLI::App&, Settings&), CLI::App& app) {
  Settings settings;
  return add(app, settings).schema();
}

}  // namespace

TEST_CASE("config file: unknown and repeated members and values of another type are refused, all at once",
          "[cli][config]") {
  const std::string refused = refusal_of(
      "securePort: \"443\"\nhealthzPort: 1.5\nnothing: 1\ntlsConfig: {filesystem: {certFile: 5, other: x}}\n"
      "featureGates: {OtherNames: \"true\"}\nenablePprof: \"yes\"\nclientCertificateSubjects: a\n"
      "metricsTLSConfig: {dynamic: {leafDuration: soon}}\nlogging: {vmodule: [{filePattern: a, x: 1}]}\n");
  for (const char* path :
       {"securePort: Invalid value: \"443\"", "healthzPort: Invalid value: 1.5", "nothing: Forbidden",
        "tlsConfig.filesystem.certFile: Invalid value: 5", "tlsConfig.filesystem.other: Forbidden",
        "featureGates[OtherNames]: Invalid value: \"true\"", "enablePprof: Invalid value: \"yes\"",
        "clientCertificateSubjects: Invalid value: \"a\"",
        "metricsTLSConfig.dynamic.leafDuration: Invalid value: \"soon\"",
        "logging.vmodule[0]: Invalid value"}) {
    INFO(path << " in " << refused);
    CHECK(has(refused, path));
  }
  CHECK(has(refusal_of("securePort: 1\nsecurePort: 2\n"), "securePort: Forbidden: is given twice"));
  CHECK(has(refusal_of("tlsConfig: text\n"), "tlsConfig: Forbidden: must be a mapping"));
}

TEST_CASE("config file: another kind, no mapping, several documents or no YAML are refused",
          "[cli][config]") {
  CHECK(has(refusal_of_text("kind: WebhookConfiguration\n"), "apiVersion: Unsupported value"));
  CHECK(has(refusal_of_text(test::config_text("controller", "")), "kind: Unsupported value"));
  CHECK(has(refusal_of_text("[]"), "not a mapping"));
  CHECK(has(refusal_of_text("# nothing\n"), "not a mapping"));
  CHECK(has(refusal_of_text("a: [\n"), "config file"));
  CHECK(has(refusal_of_text(test::config_text("webhook", "---\na: 1\n")), "more than one document"));
  CHECK(has(refusal_of_text(std::string((1UL << 20U) + 1, ' ')), "larger than 1048576 bytes"));
  CHECK_FALSE(
      test::read_settings("webhook", {.flags = {"--config", "/nowhere/config.yaml"}}).refused.empty());
}

TEST_CASE("config file: a flag wins over the file, the file over the default", "[cli][config]") {
  const test::Given given{
      .flags = {"--secure-port=1", "--tls-cert-file=flag.pem", "--client-subject-names=c,d",
                "--enable-client-verification=false", "--vmodule=b=2"},
      .file = test::config_text(
          "webhook",
          "securePort: 2\nhealthzPort: 3\ntlsConfig: {filesystem: {certFile: file.pem, keyFile: key.pem}}\n"
          "clientCertificateSubjects: [a, b]\nenableClientVerification: true\n"
          "logging: {verbosity: 4, vmodule: [{filePattern: a, verbosity: 1}]}\n"
          "pemSizeLimitsConfig: {maxChainLength: 7}\nsecretName:\n")};
  // A member that is null is as good as absent, but it must be known.
  CHECK(has(test::read_settings("webhook", given).refused, "secretName"));
  test::Given good = given;
  good.file = good.file.substr(0, good.file.find("secretName")) + "clientCAPath:\n";
  const test::Read read = test::read_settings("webhook", good);
  REQUIRE(read.refused.empty());
  const cli::WebhookSettings& settings = read.webhook;
  CHECK(settings.secure_port == 1);
  CHECK(settings.healthz_port == 3);
  CHECK(settings.tls.cert_file == "flag.pem");
  CHECK(settings.tls.private_key_file == test::scratch_folder() + "/key.pem");
  CHECK(settings.client_subjects == std::vector<std::string>{"c", "d"});
  CHECK_FALSE(settings.client_verification);
  CHECK(settings.common.logging.verbosity == 4);
  REQUIRE(settings.common.logging.vmodule.size() == 1);
  CHECK(settings.common.logging.vmodule[0].pattern == "b");
  CHECK(settings.pem.chain == 7);
  CHECK(settings.pem.bundle == 330'000);
}

TEST_CASE("config file: paths are relative to its folder, but not that of the client CA", "[cli][config]") {
  const test::Read read = test::read_settings(
      "webhook",
      {.file = test::config_text("webhook",
                                 "kubeConfig: ./k\nclientCAPath: ca.pem\nmetricsTLSConfig: {filesystem: "
                                 "{certFile: /abs/c.pem, keyFile: d/k.pem}}\n")});
  REQUIRE(read.refused.empty());
  CHECK(read.webhook.common.kubeconfig == test::scratch_folder() + "/k");
  CHECK(read.webhook.client_ca == "ca.pem");
  CHECK(read.webhook.common.metrics_tls.cert_file == "/abs/c.pem");
  CHECK(read.webhook.common.metrics_tls.private_key_file == test::scratch_folder() + "/d/k.pem");
}

TEST_CASE("config file: durations are Go's, or nanoseconds", "[cli][config]") {
  const auto leaf = [](const std::string& value) {
    return test::read_settings("webhook",
                               {.file = test::config_text(
                                    "webhook", "tlsConfig: {dynamic: {leafDuration: " + value + "}}\n")})
        .webhook.tls.dynamic.leaf_duration;
  };
  CHECK(leaf("1h30m") == std::chrono::minutes(90));
  CHECK(leaf("3600000000000") == std::chrono::hours(1));
  CHECK(leaf("100ms") == std::chrono::seconds(1));
}

TEST_CASE("config file: the controller's deprecated members stand for those of gatewayAPI", "[cli][config]") {
  const test::Read read = test::read_settings(
      "controller", {.file = test::config_text("controller",
                                               "enableGatewayAPI: true\ncontrollers: []\nkubernetesAPIQPS: "
                                               "2.5\nacmeHTTP01Config: {solverExtraLabels: {a: b}}\n")});
  REQUIRE(read.refused.empty());
  CHECK(read.controller.gateway_api);
  CHECK(read.controller.qps == 2.5);
  CHECK(read.controller.options.controllers == std::vector<std::string>{"*"});
  CHECK(read.controller.solver_labels == std::vector<std::string>{"a=b"});
  const test::Read both = test::read_settings(
      "controller",
      {.file = test::config_text("controller", "enableGatewayAPI: true\ngatewayAPI: {enabled: false}\n")});
  CHECK_FALSE(both.controller.gateway_api);
}

TEST_CASE("config file: every member of the reference is known", "[cli][config]") {
  CLI::App webhook;
  CLI::App controller;
  CLI::App cainjector;
  CHECK(schema_of(cli::add_webhook_flags, webhook).members.size() == 53);
  CHECK(schema_of(cli::add_controller_flags, controller).members.size() == 76);
  CHECK(schema_of(cli::add_cainjector_flags, cainjector).members.size() == 33);
}

TEST_CASE("flags: docs/flags.md names each", "[cli]") {
  std::ifstream file("docs/flags.md");
  std::stringstream text;
  text << file.rdbuf();
  CLI::App webhook;
  CLI::App controller;
  for (const auto& schema :
       {schema_of(cli::add_webhook_flags, webhook), schema_of(cli::add_controller_flags, controller)}) {
    for (const cli::ConfigMember& member : schema.members) {
      INFO(member.path << " " << member.flag);
      CHECK(has(text.str(), "`" + member.path + "`"));
      CHECK((member.flag == "vmodule-items" || has(text.str(), "--" + member.flag + "`")));
    }
  }
}

TEST_CASE("flags: Go's ways to write them are understood", "[cli]") {
  const test::Read read =
      test::read_settings("webhook", {.flags = {"-v=3", "--kubeconfig=", "--feature-gates",
                                                "OtherNames=false", "--feature-gates=NameConstraints=false",
                                                "--enable-client-verification", "--client-ca-path", "x"}});
  REQUIRE(read.refused.empty());
  CHECK(read.webhook.common.logging.verbosity == 3);
  CHECK(read.webhook.common.kubeconfig.empty());
  CHECK(read.webhook.common.feature_gates ==
        std::vector<std::string>{"OtherNames=false", "NameConstraints=false"});
  CHECK(read.webhook.client_verification);
  CHECK_FALSE(test::read_settings("webhook", {.flags = {"--no-such-flag"}}).refused.empty());
  CHECK_FALSE(test::read_settings("webhook", {.flags = {"--secure-port=x"}}).refused.empty());
}
