#include "lib/pki/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

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

const EVP_MD* hash_of(HmacHash hash) {
  switch (hash) {
    case HmacHash::Md5:
      return EVP_md5();
    case HmacHash::Sha1:
      return EVP_sha1();
    case HmacHash::Sha224:
      return EVP_sha224();
    case HmacHash::Sha256:
      return EVP_sha256();
    case HmacHash::Sha384:
      return EVP_sha384();
    case HmacHash::Sha512:
      return EVP_sha512();
  }
  return nullptr;
}

}  // namespace

std::string sha256(std::string_view bytes) { return digest("SHA256", 32, bytes); }
std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  auto made = hmac(HmacHash::Sha256, key, bytes);
  CW_ASSERT(made.has_value());  // the default provider always has it
  return *std::move(made);
}
Result<std::string> hmac(HmacHash hash, std::string_view key, std::string_view bytes) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  const char* const no_null = key.empty() ? "" : key.data();
  const auto* const made = HMAC(hash_of(hash), no_null, static_cast<int>(key.size()),
                                reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                                reinterpret_cast<unsigned char*>(out.data()), &size);
  if (made == nullptr) return Error{Code::Invalid, "this OpenSSL does not offer that hash"};
  out.resize(size);
  return out;
}
std::string sha1(std::string_view bytes) { return digest("SHA1", 20, bytes); }

}  // namespace cw::pki
