#include "lib/base/process_metrics.h"

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include "lib/base/file.h"

namespace cw {
namespace {

using Type = MetricsPage::Type;

constexpr std::size_t kMaxBytes = 64UL << 10U;

// Fields of /proc/self/stat after the name of the program (proc(5)), which may hold anything; [0] is the
// state.
std::vector<std::int64_t> stat_fields() {
  const auto text = read_file("/proc/self/stat", kMaxBytes);
  if (!text) return {};
  std::vector<std::int64_t> fields;
  std::size_t at = text->rfind(')');
  while (at != std::string::npos && (at = text->find(' ', at)) != std::string::npos) {
    std::int64_t value = 0;
    ++at;
    std::from_chars(text->data() + at, text->data() + text->size(), value);
    fields.push_back(value);
  }
  return fields;
}

// When the machine booted, in seconds since 1970.
std::optional<std::int64_t> boot_time() {
  const auto text = read_file("/proc/stat", 4UL << 20U);
  if (!text) return std::nullopt;
  constexpr std::string_view kMark = "\nbtime ";
  const std::size_t at = text->find(kMark);
  if (at == std::string::npos) return std::nullopt;
  std::int64_t seconds = 0;
  std::from_chars(text->data() + at + kMark.size(), text->data() + text->size(), seconds);
  return seconds;
}

std::int64_t open_files() {
  std::error_code failed;
  std::int64_t count = 0;
  std::filesystem::directory_iterator entry("/proc/self/fd", failed);
  for (; !failed && entry != std::filesystem::directory_iterator(); entry.increment(failed)) ++count;
  return count > 0 ? count - 1 : 0;  // without the one that we look with
}

void append_times(MetricsPage& page, const std::vector<std::int64_t>& stat) {
  constexpr std::size_t kUserTime = 11;
  constexpr std::size_t kSystemTime = 12;
  constexpr std::size_t kStartTime = 19;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto cpu = static_cast<double>(stat[kUserTime] + stat[kSystemTime]) / ticks;
  page.family("process_cpu_seconds_total", Type::Counter, "User and system CPU time spent, in seconds.");
  page.sample({}, cpu);
  const auto booted = boot_time();
  if (!booted) return;
  page.family("process_start_time_seconds", Type::Gauge, "Start of the process, in seconds since 1970.");
  page.sample({}, static_cast<double>(*booted) + static_cast<double>(stat[kStartTime]) / ticks);
}

void append_memory(MetricsPage& page, const std::vector<std::int64_t>& stat) {
  constexpr std::size_t kVirtualBytes = 20;
  constexpr std::size_t kResidentPages = 21;
  page.family("process_resident_memory_bytes", Type::Gauge, "Resident memory, in bytes.");
  page.sample({}, stat[kResidentPages] * static_cast<std::int64_t>(sysconf(_SC_PAGESIZE)));
  page.family("process_virtual_memory_bytes", Type::Gauge, "Virtual memory, in bytes.");
  page.sample({}, stat[kVirtualBytes]);
}

}  // namespace

void append_process_metrics(MetricsPage& page) {
  constexpr std::size_t kFieldsNeeded = 22;
  const std::vector<std::int64_t> stat = stat_fields();
  if (stat.size() >= kFieldsNeeded) {
    append_times(page, stat);
    append_memory(page, stat);
  }
  page.family("process_open_fds", Type::Gauge, "Open file descriptors.");
  page.sample({}, open_files());
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  page.family("process_max_fds", Type::Gauge, "Most file descriptors that may be open.");
  page.sample({}, static_cast<std::int64_t>(limit.rlim_cur));
}

}  // namespace cw
