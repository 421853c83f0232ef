#include "webhook/rules/grammar/object_id.h"

#include <charconv>
#include <cstdint>

namespace cw::webhook {
namespace {

bool is_go_int(std::string_view text) {
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text.front() == '-') return false;
  }
  std::int64_t ignored = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ignored);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

bool is_dotted_id(std::string_view text) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_go_int(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace cw::webhook
