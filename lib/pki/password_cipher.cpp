#include "lib/pki/password_cipher.h"

#include <array>
#include <memory>

#include <openssl/hmac.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>

#include "lib/base/random.h"
#include "lib/pki/der.h"
#include "lib/pki/openssl_handle.h"

namespace cw::pki {
namespace {

constexpr int kIterations = 2048;
constexpr std::size_t kLegacySalt = 8;
constexpr std::size_t kModernSalt = 16;
constexpr std::size_t kSha256Bytes = 32;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeWith<EVP_CIPHER_CTX_free>>;
using Cipher = std::unique_ptr<EVP_CIPHER, FreeWith<EVP_CIPHER_free>>;
using LibraryContext = std::unique_ptr<OSSL_LIB_CTX, FreeWith<OSSL_LIB_CTX_free>>;

unsigned char* writable(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* readable(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// A cipher of one of RFC 7292's own schemes.
struct LegacyScheme {
  const char* cipher;
  std::string_view oid;
  std::size_t key_bytes;
};
constexpr LegacyScheme kRc2{"RC2-40-CBC", "1.2.840.113549.1.12.1.6", 5};
constexpr LegacyScheme kTripleDes{"DES-EDE3-CBC", "1.2.840.113549.1.12.1.3", 24};

// A library context of our own: the old ciphers stay out of everything else that this process does. It lives
// as long as the process: freeing it at exit would race with OpenSSL's own clean-up.
Result<OSSL_LIB_CTX*> legacy_context() {
  static OSSL_LIB_CTX* const kContext = [] {
    LibraryContext made(OSSL_LIB_CTX_new());
    const bool loaded = made && OSSL_PROVIDER_load(made.get(), "default") != nullptr &&
                        OSSL_PROVIDER_load(made.get(), "legacy") != nullptr;
    return loaded ? made.release() : nullptr;
  }();
  if (kContext != nullptr) return kContext;
  return openssl_error(Code::Unavailable, "OpenSSL's legacy provider, which RC2 is in, cannot be loaded");
}

Result<std::string> encrypt_cbc(OSSL_LIB_CTX* library, const char* name, std::string_view plain,
                                const std::string& key, const std::string& vector) {
  const auto cipher = TRY(own<Cipher>(EVP_CIPHER_fetch(library, name, nullptr), Code::Unavailable, name));
  const auto context = TRY(own<CipherContext>(EVP_CIPHER_CTX_new(), Code::Internal, "cipher"));
  TRY(check(EVP_EncryptInit_ex2(context.get(), cipher.get(), readable(key), readable(vector), nullptr),
            Code::Unavailable, name));
  std::string out(plain.size() + EVP_MAX_BLOCK_LENGTH, '\0');
  int size = 0;
  int last = 0;
  TRY(check(
      EVP_EncryptUpdate(context.get(), writable(out), &size, readable(plain), static_cast<int>(plain.size())),
      Code::Internal, name));
  TRY(check(EVP_EncryptFinal_ex(context.get(), writable(out) + size, &last), Code::Internal, name));
  out.resize(static_cast<std::size_t>(size + last));
  return out;
}

// RFC 7292 B.2. `purpose`: 1 key, 2 initialisation vector, 3 MAC key.
Result<std::string> derive(std::string_view password, std::string& salt, int purpose, int iterations,
                           std::size_t bytes, const EVP_MD* digest) {
  std::string out(bytes, '\0');
  TRY(check(PKCS12_key_gen_utf8(password.data(), static_cast<int>(password.size()), writable(salt),
                                static_cast<int>(salt.size()), purpose, iterations, static_cast<int>(bytes),
                                writable(out), digest),
            Code::Invalid, "the password of a keystore cannot be used"));
  return out;
}

Result<Encrypted> encrypt_legacy(std::string_view plain, std::string_view password,
                                 const LegacyScheme& scheme) {
  constexpr std::size_t kBlock = 8;
  OSSL_LIB_CTX* library = &scheme == &kRc2 ? TRY(legacy_context()) : nullptr;
  std::string salt = random_bytes(kLegacySalt);
  SecretBytes key(TRY(derive(password, salt, 1, kIterations, scheme.key_bytes, EVP_sha1())));
  const std::string vector = TRY(derive(password, salt, 2, kIterations, kBlock, EVP_sha1()));
  const std::string parameters = der::sequence(der::octet_string(salt) + der::integer(kIterations));
  return Encrypted{der::sequence(der::known_oid(scheme.oid) + parameters),
                   TRY(encrypt_cbc(library, scheme.cipher, plain, std::string(key.reveal()), vector))};
}

struct DerivedKey {
  std::string key;
  std::string algorithm;
};

std::string hmac_sha256_algorithm() {
  return der::sequence(der::known_oid("1.2.840.113549.2.9") + der::element(der::kNull, ""));
}

enum class KeyLength : unsigned char { Omitted, Stated };

// PBKDF2-HMAC-SHA256 (RFC 8018 5.2).
Result<DerivedKey> stretch(std::string_view password, KeyLength length) {
  const std::string salt = random_bytes(kModernSalt);
  DerivedKey out{std::string(kSha256Bytes, '\0'), {}};
  TRY(check(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), readable(salt),
                              static_cast<int>(salt.size()), kIterations, EVP_sha256(),
                              static_cast<int>(out.key.size()), writable(out.key)),
            Code::Internal, "PBKDF2"));
  std::string parameters = der::octet_string(salt) + der::integer(kIterations);
  if (length == KeyLength::Stated) parameters += der::integer(kSha256Bytes);
  parameters += hmac_sha256_algorithm();
  out.algorithm = der::sequence(der::known_oid("1.2.840.113549.1.5.12") + der::sequence(parameters));
  return out;
}

Result<Encrypted> encrypt_modern(std::string_view plain, std::string_view password) {
  DerivedKey derived = TRY(stretch(password, KeyLength::Omitted));
  const std::string vector = random_bytes(16);
  const std::string scheme =
      der::sequence(der::known_oid("2.16.840.1.101.3.4.1.42") + der::octet_string(vector));
  auto bytes = encrypt_cbc(nullptr, "AES-256-CBC", plain, derived.key, vector);
  wipe(derived.key);
  if (!bytes) return std::move(bytes).error();
  return Encrypted{
      der::sequence(der::known_oid("1.2.840.113549.1.5.13") + der::sequence(derived.algorithm + scheme)),
      *std::move(bytes)};
}

Result<std::string> hmac(const EVP_MD* digest, const std::string& key, std::string_view bytes) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  if (HMAC(digest, key.data(), static_cast<int>(key.size()), readable(bytes), bytes.size(), writable(out),
           &size) == nullptr) {
    return openssl_error(Code::Internal, "HMAC");
  }
  out.resize(size);
  return out;
}

std::string mac_data(const std::string& algorithm, const std::string& value, const std::string& salt,
                     int iterations) {
  std::string out = der::sequence(algorithm + der::octet_string(value)) + der::octet_string(salt);
  if (iterations != 1) out += der::integer(iterations);  // 1 is the default, which DER leaves out
  return der::sequence(out);
}

struct MacScheme {
  const EVP_MD* digest;
  std::string_view oid;
  std::size_t bytes;
  std::size_t salt;
  int iterations;
};

Result<std::string> digest_mac(std::string_view bytes, std::string_view password, const MacScheme& scheme) {
  std::string salt = random_bytes(scheme.salt);
  std::string key = TRY(derive(password, salt, 3, scheme.iterations, scheme.bytes, scheme.digest));
  const auto value = hmac(scheme.digest, key, bytes);
  wipe(key);
  if (!value) return value.error();
  const std::string algorithm = der::sequence(der::known_oid(scheme.oid) + der::element(der::kNull, ""));
  return mac_data(algorithm, *value, salt, scheme.iterations);
}

// The salt outside is not used (RFC 9579 section 6), but must be there.
Result<std::string> pbmac1(std::string_view bytes, std::string_view password) {
  DerivedKey derived = TRY(stretch(password, KeyLength::Stated));
  const auto value = hmac(EVP_sha256(), derived.key, bytes);
  wipe(derived.key);
  if (!value) return value.error();
  const std::string algorithm = der::sequence(der::known_oid("1.2.840.113549.1.5.14") +
                                              der::sequence(derived.algorithm + hmac_sha256_algorithm()));
  return mac_data(algorithm, *value, "NOT USED", 1);
}

}  // namespace

Result<Encrypted> encrypt_with_password(std::string_view plain, std::string_view password,
                                        Pkcs12Profile profile, Encrypts what) {
  switch (profile) {
    case Pkcs12Profile::LegacyRc2:
      return encrypt_legacy(plain, password, what == Encrypts::Certificates ? kRc2 : kTripleDes);
    case Pkcs12Profile::LegacyDes:
      return encrypt_legacy(plain, password, kTripleDes);
    case Pkcs12Profile::Modern2023:
    case Pkcs12Profile::Modern2026:
      break;
  }
  return encrypt_modern(plain, password);
}

Result<std::string> mac_with_password(std::string_view bytes, std::string_view password,
                                      Pkcs12Profile profile) {
  switch (profile) {
    case Pkcs12Profile::LegacyRc2:
    case Pkcs12Profile::LegacyDes:
      return digest_mac(bytes, password, {EVP_sha1(), "1.3.14.3.2.26", 20, kLegacySalt, 1});
    case Pkcs12Profile::Modern2023:
      return digest_mac(bytes, password,
                        {EVP_sha256(), "2.16.840.1.101.3.4.2.1", kSha256Bytes, kModernSalt, kIterations});
    case Pkcs12Profile::Modern2026:
      break;
  }
  return pbmac1(bytes, password);
}

}  // namespace cw::pki
