// The subcommands. Each add_… declares flags and sets a callback that runs the command; the exit code goes to
// `exit_code`: 0 well, 1 refused or failed, 2 wrong use.
#pragma once

#include <CLI/CLI.hpp>

namespace cw::cli {

void add_webhook_command(CLI::App& app, int& exit_code);
void add_controller_command(CLI::App& app, int& exit_code);
void add_standalone_command(CLI::App& app, int& exit_code);
void add_check_command(CLI::App& app, int& exit_code);
void add_version_command(CLI::App& app, int& exit_code);

}  // namespace cw::cli
