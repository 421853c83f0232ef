// Backup and restore of a data directory: one file, mode 0600, with all objects of one moment, the CA and the
// keys, so that kubeconfigs and tokens stay valid. It is as secret as the directory itself. A backup may be
// taken while a server runs. Errors: Unavailable, with the path and what to do.
#pragma once

#include <cstddef>
#include <string>

#include "apiserver/stored_object.h"
#include "lib/base/result.h"

namespace cw::apiserver {

struct BackupSummary {
  std::size_t objects = 0;
  std::size_t files = 0;  // keys and certificates
  Revision revision = 0;
};

// Whole or not at all: an older backup in `file` is replaced only by a good one.
Result<BackupSummary> back_up(const std::string& data_dir, const std::string& file);

// Into a directory that is empty or not there. All of the file is looked through first. The revision goes on
// far beyond what the server can have reached since the backup, so that no client takes old state for new:
// whoever watches has to list anew.
Result<BackupSummary> restore(const std::string& file, const std::string& data_dir);

}  // namespace cw::apiserver
