// certwright check FILE… | -: the webhook's rules and the schemas on files, offline.
#include <iostream>

#include "cli/check.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "webhook/offline_approval.h"
#include "webhook/review.h"

namespace cw::cli {
namespace {

struct CheckFlags {
  CheckOptions options;
  webhook::RuleOptions rules;
};

int run(CheckFlags& flags) {
  webhook::NoSigners signers;
  webhook::NoAccess access;
  webhook::ReviewAnswer reviews(flags.rules, {signers, access});
  flags.options.standard_input = &std::cin;
  return run_check(flags.options, reviews, std::cout, std::cerr);
}

}  // namespace

void add_check_command(CLI::App& app, int& exit_code) {
  CLI::App& command = *app.add_subcommand("check", "Judge manifests offline; exit 1 if anything is refused");
  const auto flags = std::make_shared<CheckFlags>();
  command.add_option("files", flags->options.files, "YAML or JSON files; - is standard input")->required();
  add_pem_limit_flags(command, flags->rules.pem_limits);
  command.callback([flags, &exit_code] { exit_code = run(*flags); });
}

}  // namespace cw::cli
