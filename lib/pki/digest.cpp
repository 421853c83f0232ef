#include "lib/pki/digest.h"

#include <openssl/evp.h>

#include "lib/base/assert.h"

namespace cw::pki {
namespace {

// `size`: bytes that the digest has.
std::string digest(const char* name, std::size_t size, std::string_view bytes) {
  std::string out(size, '\0');
  const int done = EVP_Q_digest(nullptr, name, nullptr, bytes.data(), bytes.size(),
                                reinterpret_cast<unsigned char*>(out.data()), &size);
  CW_ASSERT(done == 1);  // the default provider always has it
  return out;
}

}  // namespace

std::string sha256(std::string_view bytes) { return digest("SHA256", 32, bytes); }
std::string sha1(std::string_view bytes) { return digest("SHA1", 20, bytes); }

}  // namespace cw::pki
