// Java's keystore format: sun.security.provider.JavaKeyStore and KeyProtector, version 2.
#include <algorithm>

#include "lib/base/ascii.h"
#include "lib/base/random.h"
#include "lib/pki/der.h"
#include "lib/pki/digest.h"
#include "lib/pki/keystore.h"
#include "lib/pki/utf16.h"

namespace cw::pki {
namespace {

constexpr std::uint32_t kMagic = 0xFEEDFEED;
constexpr std::uint32_t kVersion = 2;
constexpr std::uint32_t kKeyEntry = 1;
constexpr std::uint32_t kTrustedEntry = 2;
constexpr std::string_view kKeyProtectorOid = "1.3.6.1.4.1.42.2.17.1.1";
constexpr std::string_view kWhitener = "Mighty Aphrodite";
constexpr std::size_t kSaltBytes = 20;
constexpr std::size_t kMaxAliasBytes = 1024;

void append_number(std::string& out, std::uint64_t value, unsigned bytes) {
  for (unsigned shift = 8 * bytes; shift > 0; shift -= 8)
    out += static_cast<char>((value >> (shift - 8)) & 0xFFU);
}

// DataOutput.writeUTF of text without NUL and within the BMP: plain UTF-8.
void append_utf(std::string& out, std::string_view text) {
  append_number(out, text.size(), 2);
  out += text;
}

void append_certificate(std::string& out, const Certificate& certificate) {
  append_utf(out, "X509");
  append_number(out, certificate.der().size(), 4);
  out += certificate.der();
}

void append_header(std::string& out, std::uint32_t kind, std::string_view alias, TimePoint now) {
  append_number(out, kind, 4);
  append_utf(out, alias);
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
  append_number(out, static_cast<std::uint64_t>(since.count()), 8);
}

// The key stream is SHA-1 over the password and the block before; not strong, but what the format has.
std::string protect(std::string_view key_der, const std::string& password) {
  std::string block = random_bytes(kSaltBytes);
  std::string out = block;
  for (std::size_t done = 0; done < key_der.size(); done += block.size()) {
    block = sha1(password + block);
    const std::size_t count = std::min(block.size(), key_der.size() - done);
    for (std::size_t i = 0; i < count; ++i) out += static_cast<char>(key_der[done + i] ^ block[i]);
  }
  SecretBytes checked(password + std::string(key_der));
  out += sha1(checked.reveal());
  return der::sequence(der::sequence(der::known_oid(kKeyProtectorOid) + der::element(der::kNull, "")) +
                       der::octet_string(out));
}

void append_authorities(std::string& out, const std::vector<Certificate>& authorities, TimePoint now) {
  for (std::size_t i = 0; i < authorities.size(); ++i) {
    append_header(out, kTrustedEntry, i == 0 ? "ca" : "ca-" + std::to_string(i), now);
    append_certificate(out, authorities[i]);
  }
}

std::string begin(std::size_t entries) {
  std::string out;
  append_number(out, kMagic, 4);
  append_number(out, kVersion, 4);
  append_number(out, entries, 4);
  return out;
}

SecretBytes finish(std::string out, const std::string& password) {
  out += sha1(password + std::string(kWhitener) + out);
  return SecretBytes(std::move(out));
}

Result<std::string> lower_case_alias(std::string_view alias) {
  if (alias.size() > kMaxAliasBytes) return Error{Code::Invalid, "the alias of the keystore is too long"};
  std::string lower(alias);
  for (char& c : lower) {
    if (c == '\0' || static_cast<unsigned char>(c) >= 0xF0) {
      return Error{Code::Invalid, "the alias of the keystore has a character that Java's format cannot hold"};
    }
    c = cw::lower_case(c);
  }
  return lower;
}

}  // namespace

Result<SecretBytes> jks_keystore(const KeystoreContent& content, std::string_view alias,
                                 std::string_view password, TimePoint now) {
  if (content.chain.empty()) return Error{Code::Invalid, "a keystore needs a certificate"};
  const std::string wide = TRY(to_utf16(password));
  const std::string name = TRY(lower_case_alias(alias));
  const SecretBytes key = TRY(content.key.to_der(KeyEncoding::Pkcs8));
  std::string out = begin(1 + content.authorities.size());
  append_header(out, kKeyEntry, name, now);
  const std::string protected_key = protect(key.reveal(), wide);
  append_number(out, protected_key.size(), 4);
  out += protected_key;
  append_number(out, content.chain.size(), 4);
  for (const Certificate& certificate : content.chain) append_certificate(out, certificate);
  append_authorities(out, content.authorities, now);
  return finish(std::move(out), wide);
}

Result<SecretBytes> jks_truststore(const std::vector<Certificate>& authorities, std::string_view password,
                                   TimePoint now) {
  const std::string wide = TRY(to_utf16(password));
  std::string out = begin(authorities.size());
  append_authorities(out, authorities, now);
  return finish(std::move(out), wide);
}

}  // namespace cw::pki
