#include "lib/base/log.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace cw::log {
namespace {

std::atomic<Format> current_format{Format::Text};  // NOLINT(readability-identifier-naming)

constexpr std::array<spdlog::level::level_enum, 4> kLevels{spdlog::level::debug, spdlog::level::info,
                                                           spdlog::level::warn, spdlog::level::err};
constexpr std::array<std::string_view, 4> kNames{"debug", "info", "warning", "error"};

// The process-wide line writer: spdlog's registry, not a singleton of ours.
spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> kLogger = [] {
    auto made =
        std::make_shared<spdlog::logger>("certwright", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    return made;
  }();
  return *kLogger;
}

// Escapes as JSON does; invalid UTF-8 is passed on, readers of logs cope.
void append_quoted(std::string& line, std::string_view text) {
  line += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        line += "\\\"";
        break;
      case '\\':
        line += "\\\\";
        break;
      case '\n':
        line += "\\n";
        break;
      case '\r':
        line += "\\r";
        break;
      case '\t':
        line += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          std::array<char, 8> escape{};
          (void)std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
          line += escape.data();
        } else {
          line += c;
        }
    }
  }
  line += '"';
}

double milliseconds_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::milli>(now).count();
}

}  // namespace

// The members of Kubernetes' JSON log lines: ts (milliseconds), level, msg.
std::string json_line(Level level, double milliseconds, std::string_view message, Fields fields) {
  std::array<char, 64> time{};
  (void)std::snprintf(time.data(), time.size(), R"({"ts":%.3f,"level":")", milliseconds);
  std::string line = time.data();
  line += kNames[static_cast<std::size_t>(level)];
  line += R"(","msg":)";
  append_quoted(line, message);
  for (const auto& [key, value] : fields) {
    line += ',';
    append_quoted(line, key);
    line += ':';
    append_quoted(line, value);
  }
  return line + "}";
}

std::string text_line(std::string_view message, Fields fields) {
  std::string line(message);
  for (const auto& [key, value] : fields) {
    line += ' ';
    line += key;
    line += '=';
    if (value.empty() || value.find_first_of(" \"\n\r\t=\\") != std::string::npos) {
      append_quoted(line, value);
    } else {
      line += value;
    }
  }
  return line;
}

void configure(const Options& options) {
  current_format = options.format;
  detail::lowest = options.level;
  detail::verbosity = options.verbosity;
  logger().set_level(kLevels[static_cast<std::size_t>(options.level)]);
  logger().set_pattern(options.format == Format::Text ? "%Y-%m-%dT%H:%M:%S.%e %L %v" : "%v");
  logger().flush_on(spdlog::level::debug);
}

void write(Level level, std::string_view message, Fields fields) {
  if (!enabled(level)) return;
  const std::string line = current_format == Format::Json
                               ? json_line(level, milliseconds_now(), message, fields)
                               : text_line(message, fields);
  logger().log(kLevels[static_cast<std::size_t>(level)], spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace cw::log
