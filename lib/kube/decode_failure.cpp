#include "lib/kube/decode_failure.h"

#include "lib/base/ascii.h"
#include "lib/base/encoding.h"
#include "lib/base/time_text.h"

namespace cw::kube {
namespace {

// A map key comes from the input and may be as long as it.
constexpr std::size_t kShownKeyBytes = 128;

// At a border between UTF-8 characters.
std::string_view shortened(std::string_view text) {
  if (text.size() <= kShownKeyBytes) return text;
  std::size_t end = kShownKeyBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

}  // namespace

bool DecodeFailure::because(std::string message) {
  message_ = std::move(message);
  return false;
}

void DecodeFailure::prepend(std::string_view step) {
  const bool needs_dot = !path_.empty() && path_.front() != '[';
  path_ = std::string(step) + (needs_dot ? "." : "") + path_;
}

void DecodeFailure::under_field(std::string_view name) { prepend(name); }

void DecodeFailure::under_index(std::size_t index) { prepend("[" + std::to_string(index) + "]"); }

void DecodeFailure::under_key(std::string_view key) { prepend("[" + std::string(shortened(key)) + "]"); }

Error DecodeFailure::error() const {
  return {Code::Invalid, path_.empty() ? message_ : path_ + ": " + message_};
}

bool convert_duration(std::string_view text, Duration& to, DecodeFailure& failure) {
  const auto parsed = parse_duration(text);
  if (!parsed) return failure.because(R"(must be a duration such as "2160h" or "1h30m")");
  to = *parsed;
  return true;
}

bool convert_time(std::string_view text, TimePoint& to, DecodeFailure& failure) {
  const auto parsed = parse_time(text);
  if (!parsed) return failure.because(R"(must be an RFC 3339 time such as "2026-01-02T03:04:05Z")");
  to = *parsed;
  return true;
}

bool convert_bytes(std::string_view base64, Bytes& to, DecodeFailure& failure) {
  auto decoded = decode_base64(base64);
  if (!decoded) return failure.because("must be base64 in the standard alphabet, with padding");
  to = Bytes(*std::move(decoded));
  return true;
}

bool convert_quantity(std::string_view text, Quantity& to, DecodeFailure& failure) {
  const std::string_view bare = trimmed(text, " \t\n\r\v\f");
  if (!is_quantity(bare)) return failure.because(R"(must be a quantity such as "500m" or "1Gi")");
  to.text = bare;
  return true;
}

}  // namespace cw::kube
