#include "cli/audit_flags.h"

namespace cw::cli {

void add_audit_flags(CLI::App& command, AuditSettings& settings) {
  const CLI::Range any(0, 1'000'000);
  command.add_option("--audit-log-path", settings.path,
                     "File of the audit log, JSON lines; - is standard output");
  command.add_option("--audit-level", settings.level, "What it tells of a request")
      ->check(CLI::IsMember({"Metadata", "Request", "RequestResponse"}))
      ->capture_default_str();
  command
      .add_option("--audit-log-maxsize", settings.max_megabytes,
                  "MiB after which the file is set aside; 0: never")
      ->check(any)
      ->capture_default_str();
  command.add_option("--audit-log-maxbackup", settings.max_backups, "Files that are kept aside; 0: all")
      ->check(any);
  command.add_option("--audit-log-maxage", settings.max_days, "Days that they are kept; 0: forever")
      ->check(any);
}

void add_limit_flags(CLI::App& command, apiserver::RequestLimitOptions& limits) {
  const CLI::Range some(1, 100'000);
  const auto add = [&](const char* name, std::size_t& to, const char* help) {
    command.add_option(name, to, help)->check(some)->capture_default_str();
  };
  add("--max-requests-inflight", limits.max_requests_inflight,
      "Requests that run at once, with those of the next flag; a user has at most half of them");
  add("--max-mutating-requests-inflight", limits.max_mutating_requests_inflight,
      "See --max-requests-inflight");
  add("--max-watches", limits.max_watches, "Watches at once");
  add("--max-user-watches", limits.max_user_watches, "Watches of one user at once");
}

apiserver::AuditOptions audit_options(const AuditSettings& settings) {
  apiserver::AuditOptions options{.path = settings.path};
  options.level = apiserver::parse_audit_level(settings.level).value_or(apiserver::AuditLevel::Metadata);
  options.rotation.max_bytes = static_cast<std::size_t>(settings.max_megabytes) << 20U;
  options.rotation.max_backups = static_cast<std::size_t>(settings.max_backups);
  options.rotation.max_age = std::chrono::days(settings.max_days);
  return options;
}

}  // namespace cw::cli
