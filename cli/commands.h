// The subcommands. Each add_… declares flags and sets a callback that runs the command; the exit code goes to
// `exit_code`: 0 well, 1 refused or failed, 2 wrong use.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace cw::cli {

void add_webhook_command(CLI::App& app, int& exit_code);
void add_controller_command(CLI::App& app, int& exit_code);
void add_standalone_command(CLI::App& app, int& exit_code);
void add_backup_commands(CLI::App& app, int& exit_code);  // backup and restore
void add_acmesolver_command(CLI::App& app, int& exit_code);
void add_check_command(CLI::App& app, int& exit_code);
// These two have exit codes of their own: docs/policy.md.
void add_explain_command(CLI::App& app, int& exit_code);
void add_who_can_command(CLI::App& app, int& exit_code);
void add_version_command(CLI::App& app, int& exit_code);

// A solver Pod has the arguments that the field's image of its own takes, without a subcommand; they mean
// acmesolver. Last first, as go_arguments gives them.
std::vector<std::string> with_subcommand(std::vector<std::string> arguments);

// What the program exits with if these arguments are wrong, last first: 2, but 3 where 2 is an answer.
int exit_code_of_wrong_use(const std::vector<std::string>& arguments);

}  // namespace cw::cli
