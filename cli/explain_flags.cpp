#include "cli/explain_flags.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <utility>

#include "cli/commands.h"
#include "cli/manifest/printable.h"
#include "cli/version.h"
#include "lib/client/kubeconfig.h"

namespace cw::cli {
namespace {

const std::map<std::string, ExplainFormat> kFormats{{"text", ExplainFormat::Text},
                                                    {"json", ExplainFormat::Json}};
const std::map<std::string, policy::Unmatched> kUnmatched{{"ignore", policy::Unmatched::Ignore},
                                                          {"deny", policy::Unmatched::Deny}};
const std::map<std::string, policy::Rights> kRights{{"require", policy::Rights::Require},
                                                    {"skip-controller", policy::Rights::SkipController}};

template <typename T>
CLI::CheckedTransformer one_of(const std::map<std::string, T>& words) {
  CLI::CheckedTransformer transformer(words);
  transformer.description("");
  return transformer;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing sets it
  return value == nullptr ? std::string() : value;
}

// As kubectl finds it, but of a list in KUBECONFIG the first file only.
std::string kubeconfig_path(const std::string& flag) {
  if (!flag.empty()) return flag;
  const std::string listed = environment("KUBECONFIG");
  if (!listed.empty()) return listed.substr(0, listed.find(':'));
  const std::string home = environment("HOME");
  const std::string usual = home + "/.kube/config";
  std::error_code ignored;
  return !home.empty() && std::filesystem::exists(usual, ignored) ? usual : std::string();
}

void add_verdict_flags(CLI::App& command, ExplainFlags& flags) {
  command
      .add_option("--policy-unmatched", flags.policy.unmatched,
                  "With --offline: ignore or deny a request that no policy applies to")
      ->transform(one_of(kUnmatched));
  command
      .add_option("--policy-rbac", flags.policy.rights,
                  "With --offline: require the right to use a policy, or skip-controller")
      ->transform(one_of(kRights));
  command
      .add_option("--policy-controller-user", flags.policy.controller_user,
                  "With --offline: who makes the requests of Certificates")
      ->capture_default_str();
  command.add_option("--as", flags.asker.user, "With --offline: the user who asks, whatever the file says");
  command.add_option("--as-group", flags.asker.groups, "With --as: a group of that user (repeatable)")
      ->allow_extra_args(false);
}

}  // namespace

void add_words_flags(CLI::App& command, explain::CertificateWords& words) {
  command.add_option("--issuer", words.issuer, "KIND/NAME, such as ClusterIssuer/corp; NAME is an Issuer");
  command.add_option("--issuer-group", words.issuer_group, "Its API group, if it is not cert-manager.io");
  const auto list = [&](const char* name, std::vector<std::string>& values, const char* help) {
    command.add_option(name, values, help)->delimiter(',')->allow_extra_args(false);
  };
  list("--dns", words.dns_names, "DNS names (repeatable); {namespace} stands for the namespace");
  list("--ip", words.ip_addresses, "IP addresses (repeatable)");
  list("--uri", words.uris, "URIs (repeatable)");
  list("--email", words.email_addresses, "E-mail addresses (repeatable)");
  list("--usage", words.usages, "Key usages, such as \"server auth\" (repeatable)");
  command.add_option("--common-name", words.common_name, "Common name");
  command.add_option("--duration", words.duration, "How long it is to be valid, such as 24h");
  command.add_flag("--is-ca", words.is_ca, "A CA certificate");
  command.add_option("--key-algorithm", words.key_algorithm, "RSA, ECDSA or Ed25519");
  command.add_option("--key-size", words.key_size, "Bits of the key");
}

void add_explain_flags(CLI::App& command, ExplainFlags& flags) {
  command
      .add_option("--offline", flags.offline,
                  "Files and folders with policies, namespaces, roles, bindings and issuers; asks no cluster")
      ->expected(1, -1);
  command.add_option("--kubeconfig", flags.kubeconfig, "API server to ask; $KUBECONFIG, ~/.kube/config");
  command.add_option("--context", flags.context, "Context of the kubeconfig");
  add_verdict_flags(command, flags);
  command.add_option("-o,--output", flags.format, "text or json")->transform(one_of(kFormats));
}

Result<std::unique_ptr<explain::OfflineWorld>> read_world(const ExplainFlags& flags) {
  if (!flags.asker.groups.empty() && flags.asker.user.empty()) {
    return Error{Code::Invalid, "--as-group: needs --as"};
  }
  const auto manifests = TRY(explain::read_manifests(flags.offline, &std::cin));
  return explain::OfflineWorld::from(manifests, flags.name_space.empty() ? "default" : flags.name_space);
}

Result<Cluster> find_cluster(const ExplainFlags& flags, const std::string& program) {
  if (!flags.asker.user.empty()) return Error{Code::Invalid, "--as: works with --offline only"};
  const std::string path = kubeconfig_path(flags.kubeconfig);
  auto access =
      path.empty() ? TRY(client::find_cluster(path)) : TRY(client::load_kubeconfig(path, flags.context));
  std::string name_space = access.name_space;
  auto client = TRY(client::HttpKubeClient::create(std::move(access),
                                                   {.user_agent = program + "/v" + std::string(kVersion)}));
  return Cluster{std::move(client), std::move(name_space)};
}

int exit_code_of_wrong_use(const std::vector<std::string>& arguments) {
  const bool explains =
      !arguments.empty() && (arguments.back() == "explain" || arguments.back() == "who-can");
  return explains ? kNoAnswer : 2;
}

void complain(const std::string& command, const std::string& message) {
  std::cerr << "certwright " << command << ": " << manifest::printable(message) << "\n";
}

}  // namespace cw::cli
