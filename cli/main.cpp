// certwright: one binary, one subcommand a job.
#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace {

int run(int argc, char** argv) {
  CLI::App app{"Certificates on Kubernetes: admission, issuance and an embedded API server"};
  app.require_subcommand(1);
  int exit_code = 0;
  cw::cli::add_webhook_command(app, exit_code);
  cw::cli::add_controller_command(app, exit_code);
  cw::cli::add_standalone_command(app, exit_code);
  cw::cli::add_check_command(app, exit_code);
  cw::cli::add_version_command(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int shown = app.exit(error);
    return shown == 0 ? 0 : 2;
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    (void)std::fprintf(stderr, "certwright: %s\n", error.what());
    return 1;
  }
}
