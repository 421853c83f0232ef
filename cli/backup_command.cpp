// certwright backup and restore: a data directory to one file and back. Both end with one line that says what
// was in it.
#include <cstdio>

#include "apiserver/backup.h"
#include "cli/commands.h"
#include "cli/flags.h"

namespace cw::cli {
namespace {

struct BackupSettings {
  std::string data_dir;
  std::string file;
};

int report(const char* what, const Result<apiserver::BackupSummary>& outcome) {
  if (!outcome) return failed(what, outcome.error());
  (void)std::printf("%s: %zu objects, %zu key files, revision %llu\n", what, outcome->objects, outcome->files,
                    static_cast<unsigned long long>(outcome->revision));
  return 0;
}

CLI::App& add(CLI::App& app, const char* name, const char* description, BackupSettings& settings) {
  CLI::App& command = *app.add_subcommand(name, description);
  command.add_option("--data-dir", settings.data_dir, "Data directory of a standalone server")->required();
  command
      .add_option("FILE", settings.file, "The backup; as secret as the directory: it has the CA's key in it")
      ->required();
  return command;
}

}  // namespace

void add_backup_commands(CLI::App& app, int& exit_code) {
  const auto settings = std::make_shared<BackupSettings>();
  add(app, "backup", "Back up a standalone server's data, also while it runs", *settings)
      .callback([settings, &exit_code] {
        exit_code = report("backup", apiserver::back_up(settings->data_dir, settings->file));
      });
  add(app, "restore", "Restore a backup into an empty data directory", *settings)
      .callback([settings, &exit_code] {
        exit_code = report("restore", apiserver::restore(settings->file, settings->data_dir));
      });
}

}  // namespace cw::cli
