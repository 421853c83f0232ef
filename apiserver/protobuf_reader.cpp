#include "apiserver/protobuf_reader.h"

namespace cw::apiserver {
namespace {

enum WireType : std::uint8_t { kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5 };

std::uint64_t little_end_first(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i)
    value = value << 8U | static_cast<unsigned char>(bytes[i - 1]);
  return value;
}

}  // namespace

std::optional<std::uint64_t> ProtobufReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    value |= std::uint64_t(byte & 0x7fU) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> ProtobufReader::take(std::uint64_t count) {
  if (count > rest_.size()) return std::nullopt;
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

std::optional<ProtobufField> ProtobufReader::next() {
  const auto tag = varint();
  if (!tag || *tag >> 3U == 0) return std::nullopt;
  ProtobufField field{.number = *tag >> 3U};
  const auto wire_type = static_cast<std::uint8_t>(*tag & 7U);
  if (wire_type == kVarint) {
    const auto value = varint();
    if (!value) return std::nullopt;
    field.value = *value;
    return field;
  }
  const auto count =
      wire_type == kLength ? varint() : std::optional<std::uint64_t>(wire_type == kFixed64 ? 8 : 4);
  const bool known = wire_type == kLength || wire_type == kFixed64 || wire_type == kFixed32;
  if (!known || !count) return std::nullopt;
  const auto bytes = take(*count);
  if (!bytes) return std::nullopt;
  field.bytes = *bytes;
  if (wire_type == kFixed64) field.value = little_end_first(*bytes);
  field.is_bytes = wire_type == kLength;
  return field;
}

}  // namespace cw::apiserver
