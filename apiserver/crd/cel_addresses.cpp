// ip(…), cidr(…) and what may be asked of them. Source: k8s.io/apiserver pkg/cel/library/ip.go and cidr.go.
#include <algorithm>

#include "apiserver/crd/cel_library.h"
#include "apiserver/crd/go_address.h"
#include "apiserver/plain_cel.h"
#include "lib/cel/text.h"
#include "lib/kube/field_error.h"
#include "lib/pki/ip_address.h"

namespace cw::apiserver {
namespace {

using cel::Value;

// Fields of both: the bytes; of a range then how many bits count.
const std::string& bytes_of(const Value& value) { return text_of(cel_field(value, 0)); }
int bits_of(const Value& value) { return static_cast<int>(cel_int(cel_field(value, 1))); }

Value ip_value(std::string_view bytes) { return cel_object(kIpType, {Value::of(bytes)}); }
Value cidr_value(std::string_view bytes, int bits) {
  return cel_object(kCidrType, {Value::of(bytes), cel_int_value(bits)});
}

Error mapped(std::string_view text) {
  return {Code::Invalid, "IPv4-mapped IPv6 address " + kube::quoted(text) + " is not allowed"};
}

Result<GoAddress> address_of(const std::string& text) {
  auto address = parse_go_address(text);
  if (!address) {
    return Error{Code::Invalid, "IP Address " + kube::quoted(text) +
                                    " parse error during conversion from string: " + address.error().message};
  }
  if (!address->zone.empty())
    return Error{Code::Invalid, "IP address " + kube::quoted(text) + " with zone value is not allowed"};
  if (is_mapped_ipv4(*address)) return mapped(text);
  return address;
}

Result<GoPrefix> prefix_of(const std::string& text) {
  const std::string during = "network address parse error during conversion from string: ";
  auto prefix = parse_go_prefix(text);
  if (!prefix) return Error{Code::Invalid, during + during + prefix.error().message};
  if (is_mapped_ipv4(prefix->address)) return Error{Code::Invalid, during + mapped(text).message};
  return prefix;
}

std::string shown(std::string_view bytes) { return pki::text_of(pki::IpAddress{std::string(bytes)}); }

bool is_unspecified(const std::string& bytes) { return bytes.find_first_not_of('\0') == std::string::npos; }

bool is_loopback(const std::string& bytes) {
  if (bytes.size() == 4) return bytes[0] == 127;
  return bytes.back() == 1 && is_unspecified(bytes.substr(0, bytes.size() - 1));
}

unsigned byte_at(const std::string& bytes, std::size_t index) {
  return static_cast<unsigned char>(bytes[index]);
}

bool is_link_local_multicast(const std::string& bytes) {
  if (bytes.size() == 4) return byte_at(bytes, 0) == 224 && bytes[1] == 0 && bytes[2] == 0;
  return byte_at(bytes, 0) == 0xFF && (byte_at(bytes, 1) & 0x0FU) == 2;
}

bool is_link_local_unicast(const std::string& bytes) {
  if (bytes.size() == 4) return byte_at(bytes, 0) == 169 && byte_at(bytes, 1) == 254;
  return byte_at(bytes, 0) == 0xFE && (byte_at(bytes, 1) & 0xC0U) == 0x80;
}

bool is_global_unicast(const std::string& bytes) {
  const bool is_multicast =
      bytes.size() == 4 ? (byte_at(bytes, 0) & 0xF0U) == 0xE0 : byte_at(bytes, 0) == 0xFF;
  return !is_unspecified(bytes) && bytes != "\xFF\xFF\xFF\xFF" && !is_loopback(bytes) && !is_multicast &&
         !is_link_local_unicast(bytes);
}

template <bool (*kTest)(const std::string&)>
Result<Value> test(const CelArguments& given) {
  return cel_bool(kTest(bytes_of(given[0])));
}

bool contains(const Value& range, const std::string& bytes) {
  if (bytes_of(range).size() != bytes.size()) return false;
  return masked_bytes({{bytes_of(range), {}}, bits_of(range)}) == masked_bytes({{bytes, {}}, bits_of(range)});
}

bool contains_range(const Value& outer, const std::string& bytes, int bits) {
  return bits_of(outer) <= bits && contains(outer, bytes);
}

// Of two lists of bytes, one as long as the range's bits, twice. `by`: what stands for the text is read
// first.
std::uint64_t range_size(const Value& range) { return static_cast<std::uint64_t>(bits_of(range) + 7) / 8; }

std::uint64_t read_cost(const Value& value) {
  return value.as<cel::Text>() != nullptr ? tenth_of(cel::characters(text_of(value))) : 0;
}

std::uint64_t contains_ip_cost(const CelArguments& given) {
  // cel-go looks for the size of what came of the text, which is the text itself.
  return tenth_of(2 * range_size(given[0])) + read_cost(given[1]);
}

std::uint64_t contains_cidr_cost(const CelArguments& given) {
  const std::uint64_t size = range_size(given[0]);
  return tenth_of(2 * size) + tenth_of(size) + 1 + read_cost(given[1]);
}

// An argument that cannot be read is not the right one: kube-apiserver says no more.
Error no_overload() { return {Code::Invalid, "no such overload"}; }

constexpr CelRow kRows[] = {
    // NOLINT(modernize-avoid-c-arrays)
    {"ip", "s:I",
     [](const CelArguments& given) -> Result<Value> {
       return ip_value(TRY(address_of(text_of(given[0]))).bytes);
     },
     scan_cost},
    {"isIP", "s:b",
     [](const CelArguments& given) -> Result<Value> {
       return cel_bool(address_of(text_of(given[0])).has_value());
     },
     scan_cost},
    {"ip.isCanonical", "s:b",
     [](const CelArguments& given) -> Result<Value> {
       const std::string& text = text_of(given[0]);
       return cel_bool(shown(TRY(address_of(text)).bytes) == text);
     },
     scan_twice_cost},
    {"family", ".I:i",
     [](const CelArguments& given) -> Result<Value> {
       return cel_int_value(bytes_of(given[0]).size() == 4 ? 4 : 6);
     }},
    {"isUnspecified", ".I:b", test<is_unspecified>},
    {"isLoopback", ".I:b", test<is_loopback>},
    {"isLinkLocalMulticast", ".I:b", test<is_link_local_multicast>},
    {"isLinkLocalUnicast", ".I:b", test<is_link_local_unicast>},
    {"isGlobalUnicast", ".I:b", test<is_global_unicast>},
    {"string", "I:s",
     [](const CelArguments& given) -> Result<Value> { return Value::of(shown(bytes_of(given[0]))); }},
    {"cidr", "s:C",
     [](const CelArguments& given) -> Result<Value> {
       const GoPrefix prefix = TRY(prefix_of(text_of(given[0])));
       return cidr_value(prefix.address.bytes, prefix.bits);
     },
     scan_cost},
    {"isCIDR", "s:b",
     [](const CelArguments& given) -> Result<Value> {
       return cel_bool(prefix_of(text_of(given[0])).has_value());
     },
     scan_cost},
    {"containsIP", ".CI:b",
     [](const CelArguments& given) -> Result<Value> {
       return cel_bool(contains(given[0], bytes_of(given[1])));
     },
     contains_ip_cost},
    {"containsIP", ".Cs:b",
     [](const CelArguments& given) -> Result<Value> {
       const auto address = address_of(text_of(given[1]));
       if (!address) return no_overload();
       return cel_bool(contains(given[0], address->bytes));
     },
     contains_ip_cost},
    {"containsCIDR", ".CC:b",
     [](const CelArguments& given) -> Result<Value> {
       return cel_bool(contains_range(given[0], bytes_of(given[1]), bits_of(given[1])));
     },
     contains_cidr_cost},
    {"containsCIDR", ".Cs:b",
     [](const CelArguments& given) -> Result<Value> {
       const auto prefix = prefix_of(text_of(given[1]));
       if (!prefix) return Error{prefix.error()};
       return cel_bool(contains_range(given[0], prefix->address.bytes, prefix->bits));
     },
     contains_cidr_cost},
    {"ip", ".C:I", [](const CelArguments& given) -> Result<Value> { return ip_value(bytes_of(given[0])); }},
    {"prefixLength", ".C:i",
     [](const CelArguments& given) -> Result<Value> { return cel_int_value(bits_of(given[0])); }},
    {"masked", ".C:C",
     [](const CelArguments& given) -> Result<Value> {
       return cidr_value(masked_bytes({{bytes_of(given[0]), {}}, bits_of(given[0])}), bits_of(given[0]));
     }},
    {"string", "C:s",
     [](const CelArguments& given) -> Result<Value> {
       return Value::of(shown(bytes_of(given[0])) + "/" + std::to_string(bits_of(given[0])));
     }},
};

}  // namespace

std::span<const CelRow> address_rows() { return kRows; }

}  // namespace cw::apiserver
