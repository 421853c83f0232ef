// AuditLog: events to a file, written by a thread of its own. Requests never wait for it: where it cannot
// keep up or the disk is full, events are dropped, which is counted and said once. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "apiserver/audit/audit_event.h"
#include "apiserver/audit/rotating_file.h"

namespace cw {
class MetricsPage;
}

namespace cw::apiserver {

struct AuditOptions {
  std::string path = {};  // empty: no audit log; "-": standard output
  AuditLevel level = AuditLevel::Metadata;
  RotationLimits rotation = {};
};

class AuditLog {
 public:
  // Unavailable if the file cannot be opened.
  static Result<std::unique_ptr<AuditLog>> open(const AuditOptions&);
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;
  ~AuditLog();  // what is queued is written first

  AuditLevel level() const { return level_; }
  void record(AuditEvent);
  void append_metrics(MetricsPage&) const;

 private:
  AuditLog(RotatingFile file, AuditLevel level);
  void run(const std::stop_token&);
  void write(const std::vector<AuditEvent>&);

  RotatingFile file_;
  const AuditLevel level_;
  std::mutex mutex_;  // guards the next two
  std::condition_variable_any filled_;
  std::vector<AuditEvent> queue_;
  std::size_t queued_bytes_ = 0;
  std::atomic<std::uint64_t> events_{0};
  std::atomic<std::uint64_t> errors_{0};  // events that were not written
  std::array<std::atomic<std::uint64_t>, 3> levels_{};
  std::atomic<bool> complained_{false};
  std::jthread writer_;
};

}  // namespace cw::apiserver
