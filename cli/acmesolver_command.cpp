// certwright acmesolver: answers one HTTP-01 challenge, in the Pod that the controller makes for it. Source:
// reference/controllers.md 6.2.
#include "cli/commands.h"
#include "cli/component_settings.h"
#include "cli/config_rules.h"
#include "cli/flags.h"
#include "cli/http01_answerer.h"
#include "cli/signals.h"
#include "lib/base/ascii.h"
#include "lib/base/log.h"

namespace cw::cli {
namespace {

struct SolverSettings {
  std::int64_t port = 8089;
  std::string domain;
  std::string token;
  std::string key;
  LoggingSettings logging;
};

int run_solver(const SolverSettings& settings) {
  const kube::FieldErrors wrong = check_logging(settings.logging);
  if (!wrong.empty()) return failed("acmesolver's flags are refused", wrong);
  apply_logging(settings.logging);
  Signals signals;
  const std::string domain = lower_case(settings.domain);
  Http01Answerer answerer("", static_cast<int>(settings.port),
                          [&](std::string_view host, std::string_view token) {
                            const bool is_asked = lower_case(host) == domain && token == settings.token;
                            return is_asked ? std::optional(settings.key) : std::nullopt;
                          });
  const auto port = answerer.start();
  if (!port) return failed("acmesolver cannot listen", port.error());
  log::info("acmesolver is serving", {{"port", std::to_string(*port)}, {"domain", settings.domain}});
  signals.wait();
  answerer.stop();
  return 0;
}

}  // namespace

void add_acmesolver_command(CLI::App& app, int& exit_code) {
  CLI::App& command = *app.add_subcommand("acmesolver", "Answer one HTTP-01 challenge (runs in solver Pods)");
  const auto settings = std::make_shared<SolverSettings>();
  command.add_option("--listen-port", settings->port, "The port to listen on; 0: any free one")
      ->check(CLI::Range(0, 65535));
  command.add_option("--domain", settings->domain, "The name, or address, that is to be proven")->required();
  command.add_option("--token", settings->token, "The challenge's token")->required();
  command.add_option("--key", settings->key, "The key authorization to answer")->required();
  ComponentFlags flags(command);
  add_logging_flags(flags, settings->logging);
  command.callback([settings, &exit_code] { exit_code = run_solver(*settings); });
}

std::vector<std::string> with_subcommand(std::vector<std::string> arguments) {
  if (!arguments.empty() && arguments.back().starts_with("--listen-port")) {
    arguments.emplace_back("acmesolver");
  }
  return arguments;
}

}  // namespace cw::cli
