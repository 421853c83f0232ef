#include "lib/kube/fields.h"

#include <algorithm>
#include <array>

#include "lib/base/ascii.h"

namespace cw::kube {
namespace {

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
}

std::string_view without_sign(std::string_view text) {
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  return text;
}

// "E" alone is the suffix exa, with digits it is an exponent.
bool is_exponent(std::string_view text) {
  if (text.empty() || (text.front() != 'e' && text.front() != 'E')) return false;
  const std::string_view digits = without_sign(text.substr(1));
  return !digits.empty() && count_digits(digits) == digits.size();
}

bool is_suffix(std::string_view text) {
  constexpr std::array<std::string_view, 16> kSuffixes{"",  "n", "u",  "m",  "k",  "M",  "G",  "T",
                                                       "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  return std::find(kSuffixes.begin(), kSuffixes.end(), text) != kSuffixes.end();
}

}  // namespace

// Source: k8s.io/apimachinery resource.Quantity, the grammar in its documentation.
bool is_quantity(std::string_view text) {
  std::string_view rest = without_sign(text);
  const std::size_t whole = count_digits(rest);
  rest.remove_prefix(whole);
  std::size_t fraction = 0;
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    fraction = count_digits(rest);
    rest.remove_prefix(fraction);
  }
  return whole + fraction > 0 && (is_suffix(rest) || is_exponent(rest));
}

}  // namespace cw::kube
