#include "lib/yaml/natural_order.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "lib/base/ascii.h"

namespace cw::yaml {
namespace {

// By the first byte of a character: scripts are letters, the blocks of signs and symbols are not.
bool counts_as_letter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return is_letter(c) || (byte >= 0xC3U && byte < 0xEFU && byte != 0xE2U);
}

struct Number {
  std::int64_t value = 0;  // wraps, as in Go
  std::size_t end = 0;
};

Number number_at(std::string_view text, std::size_t at, std::uint64_t start) {
  std::uint64_t value = start;
  while (at < text.size() && is_digit(text[at])) value = value * 10 + static_cast<unsigned>(text[at++] - '0');
  return {static_cast<std::int64_t>(value), at};
}

// Whether the digits in front of `at` hold one that is not zero.
bool continues_number(std::string_view text, std::size_t at) {
  while (at > 0 && is_digit(text[at - 1])) {
    if (text[--at] != '0') return true;
  }
  return false;
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
  const auto [first, second] = std::mismatch(
      a.begin(), a.begin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size())), b.begin());
  const auto at = static_cast<std::size_t>(first - a.begin());
  if (at == std::min(a.size(), b.size())) return a.size() < b.size();
  const bool a_letter = counts_as_letter(*first);
  const bool b_letter = counts_as_letter(*second);
  if (a_letter && b_letter) return static_cast<unsigned char>(*first) < static_cast<unsigned char>(*second);
  if (a_letter || b_letter) return b_letter;
  const bool zero = *first == '0' || *second == '0';
  const std::uint64_t start = zero && continues_number(a, at) ? 1 : 0;
  const Number a_number = number_at(a, at, start);
  const Number b_number = number_at(b, at, start);
  if (a_number.value != b_number.value) return a_number.value < b_number.value;
  if (a_number.end != b_number.end) return a_number.end < b_number.end;
  return static_cast<unsigned char>(*first) < static_cast<unsigned char>(*second);
}

}  // namespace cw::yaml
