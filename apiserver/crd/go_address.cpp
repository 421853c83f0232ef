#include "apiserver/crd/go_address.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "lib/base/ascii.h"
#include "lib/kube/field_error.h"

namespace cw::apiserver {
namespace {

constexpr std::size_t kIpv4Size = 4;
constexpr std::size_t kIpv6Size = 16;
constexpr std::string_view kMappedPrefix("\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12);

// The address while it is read; `why` and `at` once it is wrong.
class AddressReader {
 public:
  explicit AddressReader(std::string_view text) : text_(text) {}

  Result<GoAddress> run() {
    for (const char c : text_) {
      if (c == '.') return done(ipv4(text_));
      if (c == ':') return done(ipv6());
      if (c == '%') return done(fail("missing IPv6 address"));
    }
    return done(fail("unable to parse IP"));
  }

 private:
  bool fail(std::string why, std::string_view at = {}) {
    why_ = std::move(why);
    if (!at.empty()) why_ += " (at " + kube::quoted(at) + ")";
    return false;
  }

  Result<GoAddress> done(bool ok) {
    if (ok) return std::move(address_);
    return Error{Code::Invalid, "ParseAddr(" + kube::quoted(text_) + "): " + why_};
  }

  // Puts four bytes behind what is there.
  bool ipv4(std::string_view text) {
    int value = 0;
    int digits = 0;
    int fields = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (is_digit(c)) {
        if (digits == 1 && value == 0) return fail("IPv4 field has octet with leading zero");
        value = value * 10 + (c - '0');
        ++digits;
        if (value > 255) return fail("IPv4 field has value >255");
      } else if (c != '.') {
        return fail("unexpected character", text.substr(i));
      } else if (i == 0 || i + 1 == text.size() || text[i - 1] == '.') {
        return fail("IPv4 field must have at least one digit", text.substr(i));
      } else if (fields == 3) {
        return fail("IPv4 address too long");
      } else {
        address_.bytes += static_cast<char>(value);
        ++fields;
        value = 0;
        digits = 0;
      }
    }
    if (fields < 3) return fail("IPv4 address too short");
    address_.bytes += static_cast<char>(value);
    return true;
  }

  // The hexadecimal digits in front.
  bool group(std::string_view text, std::size_t& digits, unsigned& value) {
    for (digits = 0, value = 0; digits < text.size(); ++digits) {
      const char c = lower_case(text[digits]);
      if (!is_digit(c) && (c < 'a' || c > 'f')) break;
      if (digits > 3) return fail("each group must have 4 or less digits", text);
      value = value * 16 + static_cast<unsigned>(is_digit(c) ? c - '0' : c - 'a' + 10);
    }
    return digits > 0 || fail("each colon-separated field must have at least one digit", text);
  }

  bool ipv6() {
    std::string_view rest = text_.substr(0, text_.find('%'));
    if (rest.size() < text_.size()) {
      address_.zone = text_.substr(rest.size() + 1);
      if (address_.zone.empty()) return fail("zone must be a non-empty string");
    }
    std::size_t gap = std::string_view::npos;
    std::string& bytes = address_.bytes;
    if (rest.starts_with("::")) {
      gap = 0;
      rest.remove_prefix(2);
      if (rest.empty()) return expand(gap);
    }
    while (bytes.size() < kIpv6Size) {
      std::size_t digits = 0;
      unsigned value = 0;
      if (!group(rest, digits, value)) return false;
      if (digits < rest.size() && rest[digits] == '.') {
        if (gap == std::string_view::npos && bytes.size() != 12)
          return fail("embedded IPv4 address must replace the final 2 fields of the address", rest);
        if (bytes.size() + kIpv4Size > kIpv6Size)
          return fail("too many hex fields to fit an embedded IPv4 at the end of the address", rest);
        if (!ipv4(rest)) return false;
        rest = {};
        break;
      }
      bytes += static_cast<char>(value >> 8U);
      bytes += static_cast<char>(value & 0xFFU);
      rest.remove_prefix(digits);
      if (rest.empty()) break;
      if (rest[0] != ':') return fail("unexpected character, want colon", rest);
      if (rest.size() == 1) return fail("colon must be followed by more characters", rest);
      rest.remove_prefix(1);
      if (rest[0] != ':') continue;
      if (gap != std::string_view::npos) return fail("multiple :: in address", rest);
      gap = bytes.size();
      rest.remove_prefix(1);
      if (rest.empty()) break;
    }
    return rest.empty() ? expand(gap) : fail("trailing garbage after address", rest);
  }

  bool expand(std::size_t gap) {
    std::string& bytes = address_.bytes;
    if (bytes.size() < kIpv6Size) {
      if (gap == std::string_view::npos) return fail("address string too short");
      bytes.insert(gap, kIpv6Size - bytes.size(), '\0');
      return true;
    }
    return gap == std::string_view::npos || fail("the :: must expand to at least one field of zeros");
  }

  std::string_view text_;
  GoAddress address_;
  std::string why_;
};

Error wrong_prefix(std::string_view text, const std::string& why) {
  return {Code::Invalid, "netip.ParsePrefix(" + kube::quoted(text) + "): " + why};
}

}  // namespace

Result<GoAddress> parse_go_address(std::string_view text) { return AddressReader(text).run(); }

Result<GoPrefix> parse_go_prefix(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) return wrong_prefix(text, "no '/'");
  auto address = parse_go_address(text.substr(0, slash));
  if (!address) return wrong_prefix(text, address.error().message);
  if (!address->zone.empty()) return wrong_prefix(text, "IPv6 zones cannot be present in a prefix");
  std::string_view digits = text.substr(slash + 1);
  const std::string bad = "bad bits after slash: " + kube::quoted(digits);
  if (digits.size() > 1 && (digits[0] < '1' || digits[0] > '9')) return wrong_prefix(text, bad);
  long long bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (error != std::errc() || end != digits.data() + digits.size()) return wrong_prefix(text, bad);
  if (bits > static_cast<long long>(address->bytes.size() * 8))
    return wrong_prefix(text, "prefix length out of range");
  return GoPrefix{std::move(address).value(), static_cast<int>(bits)};
}

bool is_mapped_ipv4(const GoAddress& address) {
  return address.bytes.size() == kIpv6Size && address.bytes.starts_with(kMappedPrefix);
}

std::string masked_bytes(const GoPrefix& prefix) {
  std::string bytes = prefix.address.bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int kept = std::clamp(prefix.bits - static_cast<int>(i) * 8, 0, 8);
    bytes[i] =
        static_cast<char>(static_cast<unsigned char>(bytes[i]) & (0xFF00U >> static_cast<unsigned>(kept)));
  }
  return bytes;
}

}  // namespace cw::apiserver
