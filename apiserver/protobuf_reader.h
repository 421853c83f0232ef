// Protocol buffers off the wire: one field after the other. Views into the input; never reads beyond it.
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cw::apiserver {

struct ProtobufField {
  std::uint64_t number = 0;
  std::uint64_t value = 0;      // of a number; the bits of a double
  std::string_view bytes = {};  // of text, bytes, a message
  bool is_bytes = false;
};

class ProtobufReader {
 public:
  explicit ProtobufReader(std::string_view message) : rest_(message) {}
  bool at_end() const { return rest_.empty(); }
  // nullopt if the message is malformed.
  std::optional<ProtobufField> next();

 private:
  std::optional<std::uint64_t> varint();
  std::optional<std::string_view> take(std::uint64_t count);

  std::string_view rest_;
};

}  // namespace cw::apiserver
