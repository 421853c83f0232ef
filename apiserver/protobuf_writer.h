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
    if (value == 0) return;
    tag(field, 0);
    varint(value);
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
