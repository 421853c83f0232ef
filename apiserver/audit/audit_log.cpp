#include "apiserver/audit/audit_log.h"

#include "lib/base/log.h"
#include "lib/base/metrics_page.h"

namespace cw::apiserver {
namespace {

constexpr std::size_t kMaxQueued = 10'000;            // events, as kube-apiserver buffers
constexpr std::size_t kMaxQueuedBytes = 16UL << 20U;  // of bodies
constexpr std::chrono::milliseconds kGather{20};      // so that a write has many lines

std::size_t body_size(const AuditEvent& event) {
  return event.request_body.size() + event.response_body.size();
}

}  // namespace

Result<std::unique_ptr<AuditLog>> AuditLog::open(const AuditOptions& options) {
  RotatingFile file = TRY(RotatingFile::open(options.path, options.rotation));
  return std::unique_ptr<AuditLog>(new AuditLog(std::move(file), options.level));
}

AuditLog::AuditLog(RotatingFile file, AuditLevel level)
    : file_(std::move(file)), level_(level), writer_([this](const std::stop_token& stop) { run(stop); }) {}

AuditLog::~AuditLog() {
  writer_.request_stop();
  writer_.join();
}

void AuditLog::record(AuditEvent event) {
  events_.fetch_add(1);
  levels_[static_cast<std::size_t>(event.level)].fetch_add(1);
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    const std::size_t size = body_size(event);
    if (queue_.size() < kMaxQueued && queued_bytes_ + size <= kMaxQueuedBytes) {
      was_empty = queue_.empty();
      queued_bytes_ += size;
      queue_.push_back(std::move(event));
    } else {
      errors_.fetch_add(1);
    }
  }
  if (was_empty) filled_.notify_one();
}

void AuditLog::run(const std::stop_token& stop) {
  std::mutex never;
  for (;;) {
    std::vector<AuditEvent> taken;
    {
      std::unique_lock lock(mutex_);
      filled_.wait(lock, stop, [this] { return !queue_.empty(); });
      if (queue_.empty()) return;
      taken.swap(queue_);
      queued_bytes_ = 0;
    }
    write(taken);
    std::unique_lock pause(never);
    std::condition_variable_any().wait_for(pause, stop, kGather, [] { return false; });
  }
}

void AuditLog::write(const std::vector<AuditEvent>& events) {
  std::string lines;
  for (const AuditEvent& event : events) lines += audit_line(event);
  const Status written = file_.write(lines);
  if (written) {
    if (complained_.exchange(false)) log::info("the audit log is written again", {});
    return;
  }
  errors_.fetch_add(events.size());
  if (complained_.exchange(true)) return;
  log::error("the audit log cannot be written; requests go on without", {{"error", written.error().message}});
}

void AuditLog::append_metrics(MetricsPage& page) const {
  using Type = MetricsPage::Type;
  page.family("apiserver_audit_event_total", Type::Counter, "Audit events that were made.");
  page.sample({}, static_cast<std::int64_t>(events_.load()));
  page.family("apiserver_audit_error_total", Type::Counter, "Audit events that were not written.");
  page.sample({{"plugin", "log"}}, static_cast<std::int64_t>(errors_.load()));
  page.family("apiserver_audit_level_total", Type::Counter, "Audit events by their level.");
  page.sample({{"level", "Metadata"}}, static_cast<std::int64_t>(levels_[0].load()));
  page.sample({{"level", "Request"}}, static_cast<std::int64_t>(levels_[1].load()));
  page.sample({{"level", "RequestResponse"}}, static_cast<std::int64_t>(levels_[2].load()));
}

}  // namespace cw::apiserver
