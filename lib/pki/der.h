// DER (X.690 §10): a strict reader over borrowed bytes and a few writers. Definite minimal lengths, low tag
// numbers only, no recursion; every look is bounds-checked. Private to lib/pki. Errors: Invalid. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::pki::der {

// The whole identifier octet: class, constructed bit, number.
using Tag = std::uint8_t;
inline constexpr Tag kBoolean = 0x01;
inline constexpr Tag kInteger = 0x02;
inline constexpr Tag kBitString = 0x03;
inline constexpr Tag kOctetString = 0x04;
inline constexpr Tag kNull = 0x05;
inline constexpr Tag kOid = 0x06;
inline constexpr Tag kUtf8String = 0x0C;
inline constexpr Tag kNumericString = 0x12;
inline constexpr Tag kPrintableString = 0x13;
inline constexpr Tag kT61String = 0x14;
inline constexpr Tag kIa5String = 0x16;
inline constexpr Tag kUtcTime = 0x17;
inline constexpr Tag kGeneralizedTime = 0x18;
inline constexpr Tag kBmpString = 0x1E;
inline constexpr Tag kSequence = 0x30;
inline constexpr Tag kSet = 0x31;
constexpr Tag primitive(unsigned number) { return static_cast<Tag>(0x80U | number); }
constexpr Tag constructed(unsigned number) { return static_cast<Tag>(0xA0U | number); }
constexpr bool is_constructed(Tag tag) { return (tag & 0x20U) != 0; }

struct Element {
  Tag tag = 0;
  std::string_view content;
  std::string_view whole;  // tag and length included
};

class Reader {
 public:
  // The bytes must outlive the reader and all it answers.
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }
  bool next_is(Tag tag) const { return !rest_.empty() && static_cast<Tag>(rest_.front()) == tag; }

  // `what` names the thing in the error.
  Result<Element> element(std::string_view what);
  Result<Element> element(Tag, std::string_view what);
  Result<std::string_view> content(Tag, std::string_view what);
  // A reader of what is inside the next element.
  Result<Reader> enter(Tag, std::string_view what);
  Status expect_end(std::string_view what) const;

 private:
  std::string_view rest_;
};

// The element that is all of the bytes.
Result<std::string_view> whole_content(std::string_view bytes, Tag, std::string_view what);

// Contents of elements. An integer's content checked for minimal form, sign included.
Result<std::string_view> decode_integer(std::string_view content);
Result<std::int64_t> decode_small_integer(std::string_view content);
Result<bool> decode_boolean(std::string_view content);
// Dotted; arcs up to 2^31-1, as in Go.
Result<std::string> decode_oid(std::string_view content);
struct BitString {
  std::string_view bytes;
  unsigned unused_bits = 0;  // of the last byte, all zero
};
Result<BitString> decode_bit_string(std::string_view content);
// A bit string of whole bytes.
Result<std::string_view> decode_octets_in_bits(std::string_view content);

// Writers give whole elements.
std::string element(Tag, std::string_view content);
inline std::string sequence(std::string_view content) { return element(kSequence, content); }
inline std::string octet_string(std::string_view content) { return element(kOctetString, content); }
std::string boolean_true();
std::string integer(std::int64_t);
// From a big-endian magnitude.
std::string positive_integer(std::string_view magnitude);
std::string bit_string(std::string_view bytes, unsigned unused_bits = 0);
// Invalid unless dotted decimal, two arcs at least, each below 2^31.
Result<std::string> encode_oid(std::string_view dotted);
// For our own constants: a malformed one is a bug.
std::string known_oid(std::string_view dotted);

}  // namespace cw::pki::der
