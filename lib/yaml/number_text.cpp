#include "lib/yaml/number_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

#include <nlohmann/json.hpp>

namespace cw::yaml {
namespace {

using kube::Json;

// As Go's strconv.FormatFloat(number, 'g', -1, 64).
std::string float_text(double number) {
  std::array<char, 64> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific);
  std::string text(buffer.data(), end.ptr);  // "1.5e+06", with two digits of exponent at least
  const std::size_t e = text.find('e');
  if (e == std::string::npos) return text;
  const int exponent = std::stoi(text.substr(e + 1));
  constexpr int kShortest = 6;  // from this exponent on Go writes one, if the digits are the shortest
  if (exponent < -4 || exponent >= kShortest) return text;
  const auto plain =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed);
  return {buffer.data(), plain.ptr};
}

}  // namespace

// Go writes whole numbers as such into JSON, and reads them back as integers where they fit.
std::string number_text(const Json& number) {
  if (number.is_number_unsigned()) return std::to_string(number.get<std::uint64_t>());
  if (number.is_number_integer()) return std::to_string(number.get<std::int64_t>());
  const double value = number.get<double>();
  constexpr double kTwoTo63 = 9223372036854775808.0;
  const bool whole = std::trunc(value) == value && std::abs(value) < kTwoTo63;
  return whole ? std::to_string(static_cast<std::int64_t>(value)) : float_text(value);
}

}  // namespace cw::yaml
