// log: structured lines, text or JSON, on stderr. The only way to log; keys and Secret data never go in.
// Thread-safe. Set up once by main with log::configure; before that, text at Info. Asking whether a line
// would be written costs one relaxed load: ask first where building the line's fields would cost more.
#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace cw::log {

enum class Level : std::uint8_t { Debug, Info, Warning, Error };
enum class Format : std::uint8_t { Text, Json };

// klog's levels of -v: the higher, the more is said. Debug lines are those of level 4.
inline constexpr int kRefusals = 1;  // one line a refused review
inline constexpr int kDebugVerbosity = 4;

struct Options {
  Format format = Format::Text;
  Level level = Level::Info;
  int verbosity = 0;
};

void configure(const Options&);

// A value is written as given; quoting and escaping are done here.
using Field = std::pair<std::string_view, std::string>;
using Fields = std::initializer_list<Field>;

namespace detail {
inline std::atomic<Level> lowest{Level::Info};  // NOLINT(readability-identifier-naming)
inline std::atomic<int> verbosity{0};           // NOLINT(readability-identifier-naming)
}  // namespace detail

inline bool enabled(Level level) { return level >= detail::lowest.load(std::memory_order_relaxed); }
inline bool verbose(int level) { return level <= detail::verbosity.load(std::memory_order_relaxed); }

// One line, without its end, as write() would put it out in that format. `milliseconds`: since 1970.
std::string json_line(Level, double milliseconds, std::string_view message, Fields fields);
std::string text_line(std::string_view message, Fields fields);

void write(Level, std::string_view message, Fields fields);

inline void debug(std::string_view message, Fields fields = {}) { write(Level::Debug, message, fields); }
inline void info(std::string_view message, Fields fields = {}) { write(Level::Info, message, fields); }
inline void warning(std::string_view message, Fields fields = {}) { write(Level::Warning, message, fields); }
inline void error(std::string_view message, Fields fields = {}) { write(Level::Error, message, fields); }

}  // namespace cw::log
