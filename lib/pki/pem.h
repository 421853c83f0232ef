// PEM (RFC 7468, read as Go encoding/pem reads it): walks text for blocks, skips what is malformed, in linear
// time. Knows nothing of what is inside a block. Sizes are limited by the callers that decode, with
// PemLimits. Pure functions; thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::pki {

// Bytes of PEM text; larger input is refused before it is looked at. cert-manager internal/pem.
struct PemLimits {
  std::size_t certificate = 36'500;  // one certificate or request
  std::size_t private_key = 13'000;
  std::size_t chain = 95'000;
  std::size_t bundle = 330'000;
};

// Invalid, naming `what`, if the text is longer than the limit.
Status check_pem_size(std::string_view pem, std::size_t limit, std::string_view what);

struct PemBlock {
  std::string type;          // "CERTIFICATE"
  bool has_headers = false;  // "Proc-Type: …" lines before the base64
  std::string bytes;
};

class PemReader {
 public:
  // The text must outlive the reader.
  explicit PemReader(std::string_view text) : rest_(text) {}
  // The next well-formed block, nullopt at the end.
  std::optional<PemBlock> next();

 private:
  std::string_view rest_;
};

std::string encode_pem(std::string_view type, std::string_view der);

}  // namespace cw::pki
