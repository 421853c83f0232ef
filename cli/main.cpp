// certwright: one binary, one subcommand a job.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/component_flags.h"
#include "lib/base/memory.h"

namespace {

int run(int argc, char** argv) {
  CLI::App app{"Certificates on Kubernetes: admission, issuance and an embedded API server", "certwright"};
  app.require_subcommand(1);
  int exit_code = 0;
  cw::cli::add_webhook_command(app, exit_code);
  cw::cli::add_controller_command(app, exit_code);
  cw::cli::add_standalone_command(app, exit_code);
  cw::cli::add_backup_commands(app, exit_code);
  cw::cli::add_acmesolver_command(app, exit_code);
  cw::cli::add_check_command(app, exit_code);
  cw::cli::add_explain_command(app, exit_code);
  cw::cli::add_who_can_command(app, exit_code);
  cw::cli::add_version_command(app, exit_code);
  const std::vector<std::string> arguments = cw::cli::with_subcommand(cw::cli::go_arguments(argc, argv));
  try {
    app.parse(std::vector<std::string>(arguments));
  } catch (const CLI::ConfigError& error) {
    (void)std::fprintf(stderr, "%s\n", error.what());
    return 1;
  } catch (const CLI::ParseError& error) {
    const int shown = app.exit(error);
    return shown == 0 ? 0 : cw::cli::exit_code_of_wrong_use(arguments);
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  cw::keep_memory_small();
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    (void)std::fprintf(stderr, "certwright: %s\n", error.what());
    return 1;
  }
}
