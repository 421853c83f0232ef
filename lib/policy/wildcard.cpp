#include "lib/policy/wildcard.h"

#include <cstddef>
#include <cstring>

namespace cw::policy {
namespace {

// As string_view::find, but in linear time whatever the texts are (two-way search), so that a pattern made
// to be slow is not.
std::size_t find_part(std::string_view text, std::string_view part) {
  if (part.empty()) return 0;
  const void* at = memmem(text.data(), text.size(), part.data(), part.size());
  if (at == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}

}  // namespace

bool matches_wildcard(std::string_view pattern, std::string_view text) {
  const std::size_t first = pattern.find('*');
  if (first == std::string_view::npos) return pattern == text;
  const std::size_t last = pattern.rfind('*');
  const std::string_view head = pattern.substr(0, first);
  const std::string_view tail = pattern.substr(last + 1);
  if (text.size() < head.size() + tail.size() || !text.starts_with(head) || !text.ends_with(tail)) {
    return false;
  }
  text = text.substr(head.size(), text.size() - head.size() - tail.size());
  // The parts between two '*', each where it is found first: no later place can be better.
  std::string_view rest = first == last ? std::string_view() : pattern.substr(first + 1, last - first - 1);
  while (!rest.empty()) {
    const std::size_t star = rest.find('*');
    const std::string_view part = rest.substr(0, star);
    const std::size_t at = find_part(text, part);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + part.size());
    rest = star == std::string_view::npos ? std::string_view() : rest.substr(star + 1);
  }
  return true;
}

}  // namespace cw::policy
