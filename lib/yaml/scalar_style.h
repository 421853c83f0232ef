// How a scalar has to be written so that it is read back as the same text. Pure. Source: go.yaml.in/yaml/v2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cw::yaml {

enum class ScalarStyle : std::uint8_t { Plain, SingleQuoted, DoubleQuoted, Literal };

struct TextShape {
  bool multiline = false;
  bool plain = true;  // may be written without quotes in block style
  bool single_quoted = true;
  bool literal = true;
};

TextShape shape_of(std::string_view text);

// Whether text without quotes would be read as a number, a boolean, null or a time.
bool reads_as_other_type(std::string_view text);

// The style of a string, as a value or as a key on the line of its value.
ScalarStyle style_of(std::string_view text, const TextShape&, bool is_simple_key);

// Characters of UTF-8 text at an offset.
std::size_t width_at(std::string_view text, std::size_t at);
bool is_break_at(std::string_view text, std::size_t at);
bool is_printable_at(std::string_view text, std::size_t at);

}  // namespace cw::yaml
