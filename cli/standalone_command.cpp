// certwright standalone: no cluster needed. Prints one line when it is ready; Ctrl-C is safe at any moment.
#include <cstdio>

#include "cli/commands.h"
#include "cli/controller_flags.h"
#include "cli/flags.h"
#include "cli/signals.h"
#include "cli/standalone.h"
#include "lib/base/log.h"

namespace cw::cli {
namespace {

int run(const StandaloneOptions& options) {
  const Signals signals;
  const Status ended = run_standalone(options, signals.token(), [&](const std::string& url) {
    (void)std::printf("ready: %s kubeconfig: %s\n", url.c_str(), options.server.kubeconfig_out.c_str());
    (void)std::fflush(stdout);
  });
  return ended ? 0 : failed("standalone stopped", ended.error());
}

}  // namespace

void add_standalone_command(CLI::App& app, int& exit_code) {
  CLI::App& command =
      *app.add_subcommand("standalone", "Embedded API server, webhook and controller in one process");
  const auto options = std::make_shared<StandaloneOptions>();
  options->controller.leader_elect = false;  // there is no second replica over one data directory
  command.add_option("--data-dir", options->server.data_dir, "Directory of the store and the server's keys")
      ->required();
  command.add_option("--address", options->server.address, "Address to listen on")->capture_default_str();
  command.add_option("--port", options->server.port, "HTTPS port; 0 takes any free one")
      ->check(CLI::Range(0, 65535));
  command.add_option("--kubeconfig-out", options->server.kubeconfig_out,
                     "Where the admin's kubeconfig is written");
  add_controller_flags(command, options->controller);
  add_pem_limit_flags(command, options->rules.pem_limits);
  add_logging_flags(command);
  command.callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace cw::cli
