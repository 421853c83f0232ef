#include "lib/pki/ip_address.h"

#include <array>
#include <charconv>
#include <iterator>

#include <arpa/inet.h>

#include "lib/base/encoding.h"

namespace cw::pki {
namespace {

constexpr std::size_t kIpv4Size = 4;
constexpr std::size_t kIpv6Size = 16;
constexpr std::string_view kMappedPrefix("\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12);

std::optional<std::string> parse_family(int family, const std::string& text, std::size_t size) {
  std::string bytes(size, '\0');
  if (inet_pton(family, text.c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

std::string show_ipv4(std::string_view bytes) {
  std::string text;
  for (const unsigned char byte : bytes) text += (text.empty() ? "" : ".") + std::to_string(byte);
  return text;
}

constexpr std::size_t kGroups = kIpv6Size / 2;
using Groups = std::array<unsigned, kGroups>;

struct Run {
  std::size_t start = 0;
  std::size_t length = 0;
};

// The longest run of zeros that is worth "::", the first of equals.
Run find_gap(const Groups& groups) {
  Run best;
  Run run;
  for (std::size_t i = 0; i < kGroups; ++i) {
    run = groups.at(i) != 0 ? Run{i + 1, 0} : Run{run.start, run.length + 1};
    if (run.length > best.length) best = run;
  }
  return best.length >= 2 ? best : Run{};
}

// As Go's net.IP: RFC 5952, and no dotted end for addresses like "::1:2", which inet_ntop would give.
std::string show_ipv6(std::string_view bytes) {
  Groups groups{};
  for (std::size_t i = 0; i < kGroups; ++i) {
    groups.at(i) =
        static_cast<unsigned char>(bytes[2 * i]) * 256U + static_cast<unsigned char>(bytes[2 * i + 1]);
  }
  const Run gap = find_gap(groups);
  std::string text;
  for (std::size_t i = 0; i < kGroups; ++i) {
    if (gap.length > 0 && i == gap.start) {
      text += "::";
      i += gap.length - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    char digits[4] = {};
    const auto written = std::to_chars(std::begin(digits), std::end(digits), groups.at(i), 16);
    text.append(std::begin(digits), written.ptr);
  }
  return text;
}

std::string mask_of(std::size_t size, unsigned bits) {
  std::string mask(size, '\0');
  for (unsigned i = 0; i < bits; ++i) {
    const unsigned byte = static_cast<unsigned char>(mask[i / 8]);
    mask[i / 8] = static_cast<char>(byte | (0x80U >> (i % 8)));
  }
  return mask;
}

std::string masked(std::string_view address, std::string_view mask) {
  std::string out(address);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<char>(static_cast<unsigned char>(out[i]) & static_cast<unsigned char>(mask[i]));
  }
  return out;
}

// Decimal without sign or leading zeros, up to `limit`.
std::optional<unsigned> parse_prefix_length(std::string_view text, unsigned limit) {
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (error != std::errc() || end != text.data() + text.size() || bits > limit) return std::nullopt;
  return bits;
}

unsigned prefix_length(std::string_view mask) {
  unsigned bits = 0;
  for (const unsigned char byte : mask) {
    for (unsigned bit = 0x80; bit != 0 && (byte & bit) != 0; bit >>= 1U) ++bits;
  }
  return bits;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  const std::string terminated(text);
  if (terminated.find('\0') != std::string::npos) return std::nullopt;
  if (auto bytes = parse_family(AF_INET, terminated, kIpv4Size)) return IpAddress{*std::move(bytes)};
  auto bytes = parse_family(AF_INET6, terminated, kIpv6Size);
  if (!bytes) return std::nullopt;
  if (bytes->starts_with(kMappedPrefix)) bytes->erase(0, kMappedPrefix.size());
  return IpAddress{*std::move(bytes)};
}

std::optional<IpRange> parse_cidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view host = text.substr(0, slash);
  const bool is_ipv6 = host.find(':') != std::string_view::npos;
  auto address = parse_ip(host);
  if (!address) return std::nullopt;
  // "::ffff:10.0.0.0/104" counts its bits in the long form.
  if (is_ipv6 && address->bytes.size() == kIpv4Size) address->bytes.insert(0, kMappedPrefix);
  const auto bits =
      parse_prefix_length(text.substr(slash + 1), static_cast<unsigned>(address->bytes.size() * 8));
  if (!bits) return std::nullopt;
  std::string mask = mask_of(address->bytes.size(), *bits);
  std::string network = masked(address->bytes, mask);
  return IpRange{{std::move(network)}, std::move(mask)};
}

std::string text_of(const IpAddress& address) {
  const std::string& bytes = address.bytes;
  if (bytes.size() == kIpv4Size) return show_ipv4(bytes);
  if (bytes.size() != kIpv6Size) return "?" + encode_hex(bytes);
  if (bytes.starts_with(kMappedPrefix)) return show_ipv4(std::string_view(bytes).substr(12));
  return show_ipv6(bytes);
}

std::string text_of(const IpRange& range) {
  // A mapped IPv4 address is written in its short form, and so is how many bits of it count.
  const bool is_mapped = range.mask.size() == kIpv6Size && range.address.bytes.starts_with(kMappedPrefix);
  const std::string_view mask = std::string_view(range.mask).substr(is_mapped ? kMappedPrefix.size() : 0);
  return text_of(range.address) + "/" + std::to_string(prefix_length(mask));
}

}  // namespace cw::pki
