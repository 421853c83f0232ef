#include <cstdio>

#include "cli/commands.h"
#include "cli/version.h"

namespace cw::cli {

void add_version_command(CLI::App& app, int&) {
  app.add_subcommand("version", "Print the version")->callback([] {
    (void)std::printf("certwright %.*s\n", static_cast<int>(kVersion.size()), kVersion.data());
  });
}

}  // namespace cw::cli
