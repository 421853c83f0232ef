// log: structured lines, text or JSON, on stderr. The only way to log; keys and Secret data never go in.
// Thread-safe. Set up once by main with log::configure; before that, text at Info.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace cw::log {

enum class Level : std::uint8_t { Debug, Info, Warning, Error };
enum class Format : std::uint8_t { Text, Json };

struct Options {
  Format format = Format::Text;
  Level level = Level::Info;
};

void configure(const Options&);

// A value is written as given; quoting and escaping are done here.
using Field = std::pair<std::string_view, std::string>;
using Fields = std::initializer_list<Field>;

bool enabled(Level);
void write(Level, std::string_view message, Fields fields);

inline void debug(std::string_view message, Fields fields = {}) { write(Level::Debug, message, fields); }
inline void info(std::string_view message, Fields fields = {}) { write(Level::Info, message, fields); }
inline void warning(std::string_view message, Fields fields = {}) { write(Level::Warning, message, fields); }
inline void error(std::string_view message, Fields fields = {}) { write(Level::Error, message, fields); }

}  // namespace cw::log
