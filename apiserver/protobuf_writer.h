// Protocol buffers on the wire, as far as writing messages of strings, numbers and messages goes. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cw::apiserver {

class ProtobufWriter {
 public:
  // Strings, bytes and nested messages alike; empty ones are left out.
  void text(unsigned field, std::string_view value) {
    if (!value.empty()) message(field, value);
  }
  void message(unsigned field, std::string_view encoded) {
    tag(field, 2);
    varint(encoded.size());
    out_ += encoded;
  }
  void number(unsigned field, std::uint64_t value) {
    if (value != 0) present_number(field, value);
  }
  // Zero too.
  void present_number(unsigned field, std::uint64_t value) {
    tag(field, 0);
    varint(value);
  }
  // A double, by its bits.
  void fixed(unsigned field, std::uint64_t bits) {
    tag(field, 1);
    for (int i = 0; i < 8; ++i, bits >>= 8U) out_ += static_cast<char>(bits & 0xffU);
  }
  std::string take() { return std::move(out_); }

 private:
  void tag(unsigned field, unsigned wire_type) { varint(field << 3U | wire_type); }
  void varint(std::uint64_t value) {
    while (value >= 0x80) {
      out_ += static_cast<char>(value | 0x80U);
      value >>= 7U;
    }
    out_ += static_cast<char>(value);
  }

  std::string out_;
};

}  // namespace cw::apiserver
