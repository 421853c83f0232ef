#include "lib/pki/keystore.h"

#include <memory>

#include <catch2/catch.hpp>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

#include "lib/pki/digest.h"
#include "lib/pki/utf16.h"
#include "tests/unit/pki/fixtures.h"

using namespace cw;
using namespace cw::pki;

namespace {

struct Scene {
  KeyPair root = test::node({.name = "root"});
  KeyPair leaf = test::node({.name = "leaf", .issuer = &root, .key_number = 1, .is_ca = false});
  std::vector<Certificate> chain{leaf.certificate};
  std::vector<Certificate> authorities{root.certificate};
  KeystoreContent content() const { return {leaf.key, chain, authorities}; }
};

std::string der_of(X509* certificate) {
  unsigned char* raw = nullptr;
  const int size = i2d_X509(certificate, &raw);
  std::string out(reinterpret_cast<char*>(raw), static_cast<std::size_t>(size));
  OPENSSL_free(raw);
  return out;
}

// What OpenSSL reads from a PKCS#12.
struct Opened {
  bool mac = false;
  bool parsed = false;
  std::string leaf;
  std::string key_spki;
  std::vector<std::string> others;
};

struct Unload {
  void operator()(OSSL_PROVIDER* provider) const { OSSL_PROVIDER_unload(provider); }
};
using Provider = std::unique_ptr<OSSL_PROVIDER, Unload>;

enum class CheckMac : unsigned char { No, Yes };  // No: a MAC that Debian's OpenSSL does not know yet

Opened open_pkcs12(std::string_view bytes, const std::string& password, CheckMac check) {
  // RC2 is in the legacy one, and loading it by hand switches the default one off unless it is named too.
  const Provider fallback(OSSL_PROVIDER_load(nullptr, "default"));
  const Provider legacy(OSSL_PROVIDER_load(nullptr, "legacy"));
  REQUIRE((fallback && legacy));
  Opened out;
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  PKCS12* store = d2i_PKCS12(nullptr, &at, static_cast<long>(bytes.size()));
  REQUIRE(store != nullptr);
  CHECK(at == reinterpret_cast<const unsigned char*>(bytes.data() + bytes.size()));
  out.mac = check == CheckMac::Yes && PKCS12_verify_mac(store, password.c_str(), -1) == 1;
  EVP_PKEY* key = nullptr;
  X509* leaf = nullptr;
  STACK_OF(X509)* others = nullptr;
  out.parsed = check == CheckMac::Yes && PKCS12_parse(store, password.c_str(), &key, &leaf, &others) == 1;
  if (leaf != nullptr) out.leaf = der_of(leaf);
  for (int i = 0; others != nullptr && i < sk_X509_num(others); ++i)
    out.others.push_back(der_of(sk_X509_value(others, i)));
  if (key != nullptr && leaf != nullptr && X509_check_private_key(leaf, key) == 1) out.key_spki = "fits";
  sk_X509_pop_free(others, X509_free);
  X509_free(leaf);
  EVP_PKEY_free(key);
  PKCS12_free(store);
  return out;
}

std::string text_of(const Result<SecretBytes>& made) {
  REQUIRE(made.has_value());
  return std::string(made->reveal());
}

std::uint64_t number(std::string_view& bytes, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = (value << 8U) | static_cast<unsigned char>(bytes.at(i));
  bytes.remove_prefix(size);
  return value;
}

std::string_view piece(std::string_view& bytes, std::size_t width) {
  const std::size_t size = number(bytes, width);
  const std::string_view out = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return out;
}

}  // namespace

TEST_CASE("pkcs12: OpenSSL reads each profile back: key, leaf and CAs", "[pki]") {
  const Scene scene;
  const std::string password = "p\xC3\xA4ss";
  for (const auto profile : {Pkcs12Profile::LegacyRc2, Pkcs12Profile::LegacyDes, Pkcs12Profile::Modern2023}) {
    const std::string store = text_of(pkcs12_keystore(scene.content(), password, profile));
    const Opened opened = open_pkcs12(store, password, CheckMac::Yes);
    CHECK(opened.mac);
    CHECK(opened.parsed);
    CHECK(opened.leaf == scene.leaf.certificate.der());
    CHECK(opened.key_spki == "fits");
    CHECK(opened.others == std::vector<std::string>{scene.root.certificate.der()});
    CHECK_FALSE(open_pkcs12(store, "other", CheckMac::Yes).mac);
  }
}

TEST_CASE("pkcs12: a truststore holds the CAs and no key", "[pki]") {
  const Scene scene;
  const std::string store =
      text_of(pkcs12_truststore(scene.authorities, "secret", Pkcs12Profile::Modern2023));
  const Opened opened = open_pkcs12(store, "secret", CheckMac::Yes);
  CHECK(opened.parsed);
  CHECK(opened.leaf.empty());
  CHECK(opened.others == std::vector<std::string>{scene.root.certificate.der()});
}

TEST_CASE("pkcs12: PBMAC1 is named in the newest profile", "[pki]") {
  const Scene scene;
  const std::string store = text_of(pkcs12_keystore(scene.content(), "secret", Pkcs12Profile::Modern2026));
  open_pkcs12(store, "secret", CheckMac::No);
  CHECK(store.find(test::bytes("2A 86 48 86 F7 0D 01 05 0E")) != std::string::npos);
}

TEST_CASE("pkcs12: the profiles' names", "[pki]") {
  CHECK(find_pkcs12_profile("") == Pkcs12Profile::LegacyRc2);
  CHECK(find_pkcs12_profile("Modern2026") == Pkcs12Profile::Modern2026);
  CHECK_FALSE(find_pkcs12_profile("modern2026").has_value());
}

TEST_CASE("keystores: without a certificate or with a password that is no text there is none", "[pki]") {
  const Scene scene;
  const std::vector<Certificate> none;
  CHECK_FALSE(pkcs12_keystore({scene.leaf.key, none, none}, "x", Pkcs12Profile::LegacyDes).has_value());
  CHECK_FALSE(jks_keystore({scene.leaf.key, none, none}, "x", "x", test::kNow).has_value());
  CHECK_FALSE(pkcs12_keystore(scene.content(), "\xFF", Pkcs12Profile::LegacyDes).has_value());
  CHECK_FALSE(jks_keystore(scene.content(), "x", "\xFF", test::kNow).has_value());
}

TEST_CASE("jks: the entries, the key under the password and the digest are as Java has them", "[pki]") {
  const Scene scene;
  const std::string store = text_of(jks_keystore(scene.content(), "My-Alias", "changeit", test::kNow));
  const std::string wide = *to_utf16("changeit");
  const std::string_view whole(store);
  const std::string_view body = whole.substr(0, whole.size() - 20);
  CHECK(whole.substr(body.size()) == sha1(wide + "Mighty Aphrodite" + std::string(body)));
  std::string_view rest = body;
  CHECK(number(rest, 4) == 0xFEEDFEED);
  CHECK(number(rest, 4) == 2);
  REQUIRE(number(rest, 4) == 2);
  CHECK(number(rest, 4) == 1);
  CHECK(piece(rest, 2) == "my-alias");
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(test::kNow.time_since_epoch());
  CHECK(number(rest, 8) == static_cast<std::uint64_t>(since.count()));
  const std::string_view protected_key = piece(rest, 4);
  const auto plain = scene.leaf.key.to_der(KeyEncoding::Pkcs8);
  REQUIRE(plain.has_value());
  CHECK(protected_key.substr(protected_key.size() - 20) == sha1(wide + std::string(plain->reveal())));
  REQUIRE(number(rest, 4) == 1);
  CHECK(piece(rest, 2) == "X509");
  CHECK(piece(rest, 4) == scene.leaf.certificate.der());
  CHECK(number(rest, 4) == 2);
  CHECK(piece(rest, 2) == "ca");
  rest.remove_prefix(8);
  CHECK(piece(rest, 2) == "X509");
  CHECK(piece(rest, 4) == scene.root.certificate.der());
  CHECK(rest.empty());
}

TEST_CASE("jks: CAs are numbered from the second on", "[pki]") {
  const Scene scene;
  const std::string store =
      text_of(jks_truststore({scene.root.certificate, scene.leaf.certificate}, "changeit", test::kNow));
  CHECK(store.find(std::string("\0\2ca", 4)) != std::string::npos);
  CHECK(store.find(std::string("\0\4ca-1", 6)) != std::string::npos);
}

TEST_CASE("utf16: what lies above the first plane becomes a pair", "[pki]") {
  CHECK(*to_utf16("a\xC3\xA4") == std::string("\0a\0\xE4", 4));
  CHECK(*to_utf16("\xF0\x9F\x98\x80") == std::string("\xD8\x3D\xDE\0", 4));
  CHECK_FALSE(to_utf16("\xC3").has_value());
}
