#include "lib/pki/digest.h"

#include <openssl/evp.h>

#include "lib/base/assert.h"

namespace cw::pki {

std::string sha256(std::string_view bytes) {
  std::string digest(32, '\0');
  std::size_t size = digest.size();
  const int done = EVP_Q_digest(nullptr, "SHA256", nullptr, bytes.data(), bytes.size(),
                                reinterpret_cast<unsigned char*>(digest.data()), &size);
  CW_ASSERT(done == 1);  // the default provider always has it
  return digest;
}

}  // namespace cw::pki
