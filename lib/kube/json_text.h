// JSON written by appending, where building a tree would cost more than the text (webhook answers, messages).
// Escapes as Go's encoding/json does, '<', '>' and '&' included; bytes that are no UTF-8 become U+FFFD.
// Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace cw::kube {

// With the quotes around it.
void append_json_string(std::string& out, std::string_view text);
std::string json_string(std::string_view text);

// ["a","b"] of anything that iterates over strings.
template <typename Strings>
void append_json_strings(std::string& out, const Strings& texts) {
  out += '[';
  bool first = true;
  for (const auto& text : texts) {
    if (!first) out += ',';
    first = false;
    append_json_string(out, text);
  }
  out += ']';
}

}  // namespace cw::kube
