#include "lib/pki/der.h"

#include <charconv>
#include <limits>
#include <optional>
#include <vector>

namespace cw::pki::der {
namespace {

constexpr std::uint32_t kMaxArc = std::numeric_limits<std::int32_t>::max();

Error malformed(std::string_view what) { return {Code::Invalid, "malformed " + std::string(what)}; }

unsigned char byte_at(std::string_view bytes, std::size_t i) { return static_cast<unsigned char>(bytes[i]); }

struct Header {
  std::size_t size = 0;  // of tag and length
  std::size_t content = 0;
};

// nullopt: truncated, indefinite, not minimal, high tag number.
std::optional<Header> read_header(std::string_view bytes) {
  if (bytes.size() < 2 || (byte_at(bytes, 0) & 0x1FU) == 0x1FU) return std::nullopt;
  const unsigned first = byte_at(bytes, 1);
  if (first < 0x80) return Header{2, first};
  const std::size_t count = first & 0x7FU;
  if (count == 0 || count > 4 || bytes.size() < 2 + count) return std::nullopt;
  std::size_t length = 0;
  for (std::size_t i = 0; i < count; ++i) length = (length << 8U) | byte_at(bytes, 2 + i);
  const bool minimal = length >= 0x80 && (length >> (8U * (count - 1))) != 0;
  if (!minimal) return std::nullopt;
  return Header{2 + count, length};
}

void append_base128(std::string& out, std::uint32_t arc) {
  unsigned shift = 28;
  while (shift > 0 && (arc >> shift) == 0) shift -= 7;
  for (; shift > 0; shift -= 7) out += static_cast<char>(0x80U | ((arc >> shift) & 0x7FU));
  out += static_cast<char>(arc & 0x7FU);
}

// nullopt: empty, not a number, negative, too large. A leading '+' passes, as Go's Atoi lets it.
std::optional<std::uint32_t> parse_arc(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::uint32_t arc = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), arc);
  if (error != std::errc() || end != text.data() + text.size() || text.empty() || arc > kMaxArc) {
    return std::nullopt;
  }
  return arc;
}

std::optional<std::vector<std::uint32_t>> parse_arcs(std::string_view dotted) {
  std::vector<std::uint32_t> arcs;
  while (true) {
    const std::size_t dot = dotted.find('.');
    const auto arc = parse_arc(dotted.substr(0, dot));
    if (!arc) return std::nullopt;
    arcs.push_back(*arc);
    if (dot == std::string_view::npos) return arcs;
    dotted.remove_prefix(dot + 1);
  }
}

}  // namespace

Result<Element> Reader::element(std::string_view what) {
  const auto header = read_header(rest_);
  if (!header || header->content > rest_.size() - header->size) return malformed(what);
  const std::size_t size = header->size + header->content;
  const Element found{static_cast<Tag>(rest_.front()), rest_.substr(header->size, header->content),
                      rest_.substr(0, size)};
  rest_.remove_prefix(size);
  return found;
}

Result<Element> Reader::element(Tag tag, std::string_view what) {
  if (!next_is(tag)) return malformed(what);
  return element(what);
}

Result<std::string_view> Reader::content(Tag tag, std::string_view what) {
  return TRY(element(tag, what)).content;
}

Result<Reader> Reader::enter(Tag tag, std::string_view what) { return Reader(TRY(content(tag, what))); }

Status Reader::expect_end(std::string_view what) const {
  if (!at_end()) return Error{Code::Invalid, "trailing data after " + std::string(what)};
  return Done{};
}

Result<std::string_view> whole_content(std::string_view bytes, Tag tag, std::string_view what) {
  Reader reader(bytes);
  const std::string_view content = TRY(reader.content(tag, what));
  TRY(reader.expect_end(what));
  return content;
}

Result<std::string_view> decode_integer(std::string_view content) {
  if (content.empty()) return malformed("integer");
  if (content.size() > 1) {
    const bool high_bit = (byte_at(content, 1) & 0x80U) != 0;
    const unsigned first = byte_at(content, 0);
    if ((first == 0x00 && !high_bit) || (first == 0xFF && high_bit)) return malformed("integer");
  }
  return content;
}

Result<std::int64_t> decode_small_integer(std::string_view content) {
  content = TRY(decode_integer(content));
  if (content.size() > sizeof(std::int64_t)) return Error{Code::Invalid, "integer is too large"};
  std::uint64_t bits = (byte_at(content, 0) & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
  for (const char byte : content) bits = (bits << 8U) | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(bits);
}

Result<bool> decode_boolean(std::string_view content) {
  if (content.size() != 1) return malformed("boolean");
  const unsigned value = byte_at(content, 0);
  if (value != 0x00 && value != 0xFF) return malformed("boolean");
  return value != 0;
}

Result<std::string> decode_oid(std::string_view content) {
  if (content.empty() || (byte_at(content, content.size() - 1) & 0x80U) != 0) {
    return malformed("object identifier");
  }
  std::string dotted;
  std::uint64_t arc = 0;
  bool at_start = true;
  for (const char raw : content) {
    const unsigned byte = static_cast<unsigned char>(raw);
    if (at_start && byte == 0x80) return malformed("object identifier");
    arc = (arc << 7U) | (byte & 0x7FU);
    if (arc > kMaxArc) return Error{Code::Invalid, "object identifier has an arc above 2147483647"};
    at_start = (byte & 0x80U) == 0;
    if (!at_start) continue;
    if (dotted.empty()) {
      const std::uint64_t root = arc < 80 ? arc / 40 : 2;
      dotted = std::to_string(root) + "." + std::to_string(arc - root * 40);
    } else {
      dotted += "." + std::to_string(arc);
    }
    arc = 0;
  }
  return dotted;
}

Result<BitString> decode_bit_string(std::string_view content) {
  if (content.empty()) return malformed("bit string");
  const unsigned unused = byte_at(content, 0);
  const std::string_view bytes = content.substr(1);
  if (unused > 7 || (bytes.empty() && unused != 0)) return malformed("bit string");
  if (unused > 0 && (byte_at(bytes, bytes.size() - 1) & ((1U << unused) - 1U)) != 0) {
    return malformed("bit string");
  }
  return BitString{bytes, unused};
}

Result<std::string_view> decode_octets_in_bits(std::string_view content) {
  const BitString bits = TRY(decode_bit_string(content));
  if (bits.unused_bits != 0) return Error{Code::Invalid, "bit string is not made of whole bytes"};
  return bits.bytes;
}

std::string element(Tag tag, std::string_view content) {
  std::string out(1, static_cast<char>(tag));
  const std::size_t length = content.size();
  if (length < 0x80) {
    out += static_cast<char>(length);
  } else {
    unsigned count = 1;
    while ((length >> (8U * count)) != 0) ++count;
    out += static_cast<char>(0x80U | count);
    while (count-- > 0) out += static_cast<char>((length >> (8U * count)) & 0xFFU);
  }
  out += content;
  return out;
}

std::string boolean_true() { return element(kBoolean, "\xFF"); }

std::string integer(std::int64_t value) {
  std::string content;
  for (unsigned shift = 64; shift > 0; shift -= 8) {
    content += static_cast<char>((static_cast<std::uint64_t>(value) >> (shift - 8)) & 0xFFU);
  }
  while (content.size() > 1 && !decode_integer(content)) content.erase(0, 1);
  return element(kInteger, content);
}

std::string positive_integer(std::string_view magnitude) {
  const std::size_t start = magnitude.find_first_not_of('\0');
  std::string content(start == std::string_view::npos ? std::string_view() : magnitude.substr(start));
  if (content.empty() || (byte_at(content, 0) & 0x80U) != 0) content.insert(0, 1, '\0');
  return element(kInteger, content);
}

std::string bit_string(std::string_view bytes, unsigned unused_bits) {
  std::string content(1, static_cast<char>(unused_bits));
  content += bytes;
  return element(kBitString, content);
}

Result<std::string> encode_oid(std::string_view dotted) {
  const auto arcs = parse_arcs(dotted);
  const bool valid = arcs && arcs->size() >= 2 && (*arcs)[0] <= 2 && ((*arcs)[0] == 2 || (*arcs)[1] < 40) &&
                     (*arcs)[1] <= kMaxArc - 80;
  if (!valid)
    return Error{Code::Invalid, "\"" + std::string(dotted.substr(0, 100)) + "\" is not an object identifier"};
  std::string content;
  append_base128(content, (*arcs)[0] * 40 + (*arcs)[1]);
  for (std::size_t i = 2; i < arcs->size(); ++i) append_base128(content, (*arcs)[i]);
  return element(kOid, content);
}

std::string known_oid(std::string_view dotted) {
  auto encoded = encode_oid(dotted);
  CW_ASSERT(encoded.has_value());
  return std::move(encoded).value();
}

}  // namespace cw::pki::der
