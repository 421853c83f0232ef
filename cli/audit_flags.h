// Flags of standalone's audit log and its limits, under the names that kube-apiserver has for them.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "apiserver/audit/audit_log.h"
#include "apiserver/limits/request_limits.h"
#include "lib/base/result.h"

namespace cw::cli {

// As they are on the command line.
struct AuditSettings {
  std::string path = {};
  std::string level = "Metadata";
  int max_megabytes = 100;
  int max_backups = 0;
  int max_days = 0;
};

void add_audit_flags(CLI::App& command, AuditSettings&);
void add_limit_flags(CLI::App& command, apiserver::RequestLimitOptions&);
apiserver::AuditOptions audit_options(const AuditSettings&);

}  // namespace cw::cli
