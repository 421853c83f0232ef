#include "lib/kube/utf8.h"

#include <algorithm>
#include <array>

namespace cw::kube {
namespace {

constexpr char32_t kMaxRune = 0x10FFFF;

struct Range {
  char32_t first;
  char32_t last;
};

// Separators, format characters, surrogates and private use: what Go does not print (unicode.Zs, Zl, Zp, Cc,
// Cf, Cs, Co).
constexpr std::array<Range, 21> kUnprintable{{
    {0x0000, 0x001F},    {0x007F, 0x00A0}, {0x00AD, 0x00AD}, {0x0600, 0x0605}, {0x061C, 0x061C},
    {0x06DD, 0x06DD},    {0x070F, 0x070F}, {0x08E2, 0x08E2}, {0x1680, 0x1680}, {0x180E, 0x180E},
    {0x2000, 0x200F},    {0x2028, 0x202F}, {0x205F, 0x206F}, {0x3000, 0x3000}, {0xD800, 0xF8FF},
    {0xFDD0, 0xFDEF},    {0xFEFF, 0xFEFF}, {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0x1D173, 0x1D17A},
    {0xE0000, kMaxRune},
}};

struct Lead {
  unsigned char first;  // lead bytes first…last start `length` bytes whose value is at least `least`
  unsigned char last;
  std::size_t length;
  char32_t least;
  unsigned char mask;
};

constexpr std::array<Lead, 4> kLeads{{
    {0x00, 0x7F, 1, 0x0, 0x7F},
    {0xC2, 0xDF, 2, 0x80, 0x1F},
    {0xE0, 0xEF, 3, 0x800, 0x0F},
    {0xF0, 0xF4, 4, 0x10000, 0x07},
}};

bool is_surrogate(char32_t rune) { return rune >= 0xD800 && rune <= 0xDFFF; }

}  // namespace

Rune rune_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const Rune broken{0xFFFD, 1, false};
  const auto lead = std::find_if(kLeads.begin(), kLeads.end(),
                                 [&](const Lead& l) { return byte(at) >= l.first && byte(at) <= l.last; });
  if (lead == kLeads.end() || text.size() - at < lead->length) return broken;
  char32_t rune = byte(at) & lead->mask;
  for (std::size_t i = 1; i < lead->length; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return broken;
    rune = (rune << 6U) | (byte(at + i) & 0x3FU);
  }
  if (rune < lead->least || rune > kMaxRune || is_surrogate(rune)) return broken;
  return {rune, lead->length, true};
}

bool is_printable(char32_t rune) {
  const auto after = std::upper_bound(kUnprintable.begin(), kUnprintable.end(), rune,
                                      [](char32_t r, const Range& range) { return r < range.first; });
  return after == kUnprintable.begin() || rune > std::prev(after)->last;
}

}  // namespace cw::kube
