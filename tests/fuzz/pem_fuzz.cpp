// PEM text: every block found must be found again when written anew; keys and chains from arbitrary text.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/base/encoding.h"
#include "lib/pki/chain.h"
#include "lib/pki/pem.h"
#include "lib/pki/private_key.h"

namespace {

using namespace cw;

void check_blocks(std::string_view text) {
  pki::PemReader reader(text);
  while (const auto block = reader.next()) {
    const std::string written = pki::encode_pem(block->type, block->bytes);
    const auto again = pki::PemReader(written).next();
    CW_ASSERT(again.has_value() && again->type == block->type && again->bytes == block->bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_blocks(text);
  if (const auto key = pki::PrivateKey::parse_pem(text)) {
    CW_ASSERT(key->to_pem(pki::KeyEncoding::Pkcs8).has_value());
  } else {
    CW_ASSERT(is_valid_utf8(key.error().message));
  }
  (void)pki::parse_bundle(text);
  return 0;
}
