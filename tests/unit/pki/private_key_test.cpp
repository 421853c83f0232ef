#include "lib/pki/private_key.h"

#include <memory>

#include <catch2/catch.hpp>
#include <openssl/encoder.h>
#include <openssl/evp.h>

#include "lib/pki/der.h"
#include "tests/unit/pki/fixtures.h"

using namespace cw;
using namespace cw::pki;
using test::bytes;

TEST_CASE("private key: each algorithm and encoding round-trips under its PEM type", "[pki]") {
  struct Row {
    const PrivateKey& key;
    KeyEncoding encoding;
    std::string type;
  };
  const Row rows[] = {{test::rsa_key(), KeyEncoding::Pkcs1, "RSA PRIVATE KEY"},
                      {test::rsa_key(), KeyEncoding::Pkcs8, "PRIVATE KEY"},
                      {test::ecdsa_key(), KeyEncoding::Pkcs1, "EC PRIVATE KEY"},
                      {test::ecdsa_key(), KeyEncoding::Pkcs8, "PRIVATE KEY"},
                      {test::ed25519_key(), KeyEncoding::Pkcs1, "PRIVATE KEY"},
                      {test::ed25519_key(), KeyEncoding::Pkcs8, "PRIVATE KEY"}};
  for (const Row& row : rows) {
    const SecretBytes pem = std::move(row.key.to_pem(row.encoding)).value();
    const auto block = PemReader(pem.reveal()).next();
    REQUIRE(block.has_value());
    CHECK(block->type == row.type);
    CHECK(block->bytes == std::move(row.key.to_der(row.encoding)).value().reveal());
    const auto again = PrivateKey::parse_pem(pem.reveal());
    REQUIRE(again.has_value());
    CHECK(again->public_key() == row.key.public_key());
  }
}

TEST_CASE("private key: sizes outside the field's are refused before any work", "[pki]") {
  for (const KeySpec& spec :
       {KeySpec{KeyAlgorithm::Rsa, 2047}, KeySpec{KeyAlgorithm::Rsa, 8193}, KeySpec{KeyAlgorithm::Rsa, -1},
        KeySpec{KeyAlgorithm::Ecdsa, 224}, KeySpec{KeyAlgorithm::Ecdsa, 255}}) {
    const auto key = PrivateKey::generate(spec);
    REQUIRE_FALSE(key.has_value());
    CHECK(key.error().code == Code::Invalid);
  }
}

TEST_CASE("private key: generated keys have the size that was asked for", "[pki]") {
  CHECK(PrivateKey::generate({KeyAlgorithm::Ecdsa, 0})->size() == 256);
  CHECK(PrivateKey::generate({KeyAlgorithm::Ecdsa, 384})->size() == 384);
  CHECK(PrivateKey::generate({KeyAlgorithm::Ecdsa, 521})->size() == 521);
  CHECK(test::rsa_key().size() == 2048);
  CHECK(test::ed25519_key().algorithm() == KeyAlgorithm::Ed25519);
  CHECK(SystemKeyMaker().make_key({KeyAlgorithm::Ed25519, 0}).has_value());
}

TEST_CASE("private key: keys differ from each other and are equal to themselves", "[pki]") {
  CHECK(test::ecdsa_key(0).public_key() == test::ecdsa_key(0).public_key());
  CHECK_FALSE(test::ecdsa_key(0).public_key() == test::ecdsa_key(1).public_key());
  CHECK_FALSE(test::ecdsa_key(0).public_key() == test::rsa_key().public_key());
}

TEST_CASE("private key: input that is no key is refused without quoting it", "[pki]") {
  const std::string wrong_content = encode_pem("PRIVATE KEY", "secret bytes");
  const std::string wrong_type = encode_pem("CERTIFICATE", "secret bytes");
  const std::string too_large = std::string(13'001, '\n');
  for (const std::string& pem :
       {std::string(), std::string("secret bytes"), wrong_content, wrong_type, too_large}) {
    const auto key = PrivateKey::parse_pem(pem);
    REQUIRE_FALSE(key.has_value());
    CHECK(key.error().code == Code::Invalid);
    CHECK(key.error().message.find("secret bytes") == std::string::npos);
  }
}

TEST_CASE("private key: only the first block counts, trailing DER in it does not pass", "[pki]") {
  const SecretBytes pem = std::move(test::ecdsa_key().to_pem(KeyEncoding::Pkcs8)).value();
  const std::string text(pem.reveal());
  CHECK(PrivateKey::parse_pem(text + encode_pem("CERTIFICATE", "x")).has_value());
  CHECK_FALSE(PrivateKey::parse_pem(encode_pem("CERTIFICATE", "x") + text).has_value());
  const SecretBytes der = std::move(test::ecdsa_key().to_der(KeyEncoding::Pkcs8)).value();
  CHECK_FALSE(PrivateKey::parse_pem(encode_pem("PRIVATE KEY", std::string(der.reveal()) + "x")).has_value());
}

namespace {

// The PKCS#1 key with one of its nine numbers changed in the last byte.
std::string with_number_changed(std::string_view pkcs1, int number) {
  der::Reader reader(*der::whole_content(pkcs1, der::kSequence, "key"));
  std::string content;
  for (int i = 0; !reader.at_end(); ++i) {
    std::string whole(reader.element("number")->whole);
    if (i == number) whole.back() = static_cast<char>(whole.back() ^ 2);
    content += whole;
  }
  return encode_pem("RSA PRIVATE KEY", der::sequence(content));
}

}  // namespace

TEST_CASE("private key: an RSA key whose numbers do not fit together is refused", "[pki]") {
  const SecretBytes der = std::move(test::rsa_key().to_der(KeyEncoding::Pkcs1)).value();
  CHECK(PrivateKey::parse_pem(with_number_changed(der.reveal(), -1)).has_value());
  for (int number = 0; number < 9; ++number) {
    INFO("number " << number);
    CHECK_FALSE(PrivateKey::parse_pem(with_number_changed(der.reveal(), number)).has_value());
  }
}

TEST_CASE("private key: an ECDSA key with somebody else's public half is refused", "[pki]") {
  const SecretBytes der = std::move(test::ecdsa_key(0).to_der(KeyEncoding::Pkcs1)).value();
  std::string mixed(der.reveal());
  const std::string_view own = test::ecdsa_key(0).public_key().key_bits();
  const std::size_t at = mixed.find(own);
  REQUIRE(at != std::string::npos);
  CHECK(PrivateKey::parse_pem(encode_pem("EC PRIVATE KEY", mixed)).has_value());
  mixed.replace(at, own.size(), test::ecdsa_key(1).public_key().key_bits());
  CHECK_FALSE(PrivateKey::parse_pem(encode_pem("EC PRIVATE KEY", mixed)).has_value());
}

namespace {

// SEC 1 without the public half, P-256.
std::string sec1_pem(std::string_view scalar) {
  const std::string curve = der::element(der::constructed(0), der::known_oid("1.2.840.10045.3.1.7"));
  return encode_pem("EC PRIVATE KEY", der::sequence(der::integer(1) + der::octet_string(scalar) + curve));
}

}  // namespace

TEST_CASE("private key: the value of an ECDSA number counts, not how it was padded", "[pki]") {
  const auto one = PrivateKey::parse_pem(sec1_pem("\x01"));
  REQUIRE(one.has_value());
  CHECK(one->public_key() == PrivateKey::parse_pem(sec1_pem(std::string(40, '\0') + "\x01"))->public_key());
  CHECK_FALSE(PrivateKey::parse_pem(sec1_pem("")).has_value());
  CHECK_FALSE(PrivateKey::parse_pem(sec1_pem(std::string(32, '\0'))).has_value());
  CHECK_FALSE(PrivateKey::parse_pem(sec1_pem(std::string(32, '\xff'))).has_value());
}

TEST_CASE("private key: unknown algorithms and curves are refused", "[pki]") {
  const auto pkcs8 = [](const std::string& algorithm) {
    return encode_pem("PRIVATE KEY",
                      der::sequence(der::integer(0) + der::sequence(algorithm) +
                                    der::octet_string(der::octet_string(std::string(32, 'x')))));
  };
  CHECK(PrivateKey::parse_pem(pkcs8(der::known_oid("1.3.101.112"))).has_value());
  CHECK_FALSE(PrivateKey::parse_pem(pkcs8(der::known_oid("1.3.101.110"))).has_value());
  CHECK_FALSE(
      PrivateKey::parse_pem(pkcs8(der::known_oid("1.3.101.112") + der::element(der::kNull, ""))).has_value());
  CHECK_FALSE(PrivateKey::parse_pem(pkcs8(der::known_oid("1.2.840.10045.2.1"))).has_value());
  CHECK_FALSE(PrivateKey::parse_pem(encode_pem("ENCRYPTED PRIVATE KEY", "x")).has_value());
}

TEST_CASE("signature algorithm: chosen by key and size as the field does", "[pki]") {
  CHECK(*signature_algorithm_for(KeyAlgorithm::Rsa, 2048) == SignatureAlgorithm::Sha256WithRsa);
  CHECK(*signature_algorithm_for(KeyAlgorithm::Rsa, 3072) == SignatureAlgorithm::Sha384WithRsa);
  CHECK(*signature_algorithm_for(KeyAlgorithm::Rsa, 4095) == SignatureAlgorithm::Sha384WithRsa);
  CHECK(*signature_algorithm_for(KeyAlgorithm::Rsa, 4096) == SignatureAlgorithm::Sha512WithRsa);
  CHECK_FALSE(signature_algorithm_for(KeyAlgorithm::Rsa, 2047).has_value());
  CHECK(*signature_algorithm_for(KeyAlgorithm::Ecdsa, 521) == SignatureAlgorithm::EcdsaWithSha512);
  CHECK_FALSE(signature_algorithm_for(KeyAlgorithm::Ecdsa, 224).has_value());
  CHECK(find_signature_algorithm("ECDSAWithSHA384") == SignatureAlgorithm::EcdsaWithSha384);
  CHECK_FALSE(find_signature_algorithm("SHA1WithRSA").has_value());
}

TEST_CASE("private key: signing refuses an algorithm of another kind of key", "[pki]") {
  CHECK(test::ecdsa_key().sign(SignatureAlgorithm::EcdsaWithSha512, "x").has_value());
  CHECK_FALSE(test::ecdsa_key().sign(SignatureAlgorithm::Sha256WithRsa, "x").has_value());
}

TEST_CASE("public key: key bits are the content of the bit string", "[pki]") {
  const PublicKey& key = test::ed25519_key().public_key();
  CHECK(key.key_bits().size() == 32);
  CHECK(key.spki_der() == bytes("302a300506032b6570032100") + std::string(key.key_bits()));
  CHECK(PublicKey::parse_spki(bytes("3009 3003 060180 0302 0000")).error().code == Code::Invalid);
  CHECK(PublicKey::parse_spki(bytes("300a 3004 06022a03 0302 0001")).error().code == Code::NotFound);
}

TEST_CASE("private key: its DER is the one that OpenSSL writes", "[pki]") {
  for (const auto& spec : {KeySpec{KeyAlgorithm::Ecdsa, 256}, KeySpec{KeyAlgorithm::Ecdsa, 384},
                           KeySpec{KeyAlgorithm::Ecdsa, 521}, KeySpec{KeyAlgorithm::Ed25519, 0}}) {
    const auto key = PrivateKey::generate(spec);
    REQUIRE(key);
    for (const auto encoding : {KeyEncoding::Pkcs8, KeyEncoding::Pkcs1}) {
      const auto der = key->to_der(encoding);
      REQUIRE(der);
      const auto bytes = der->reveal();
      const auto* in = reinterpret_cast<const unsigned char*>(bytes.data());
      const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> read(
          d2i_AutoPrivateKey(nullptr, &in, static_cast<long>(bytes.size())), EVP_PKEY_free);
      REQUIRE(read);
      const bool is_sec1 = encoding == KeyEncoding::Pkcs1 && spec.algorithm == KeyAlgorithm::Ecdsa;
      const std::unique_ptr<OSSL_ENCODER_CTX, decltype(&OSSL_ENCODER_CTX_free)> context(
          OSSL_ENCODER_CTX_new_for_pkey(read.get(), EVP_PKEY_KEYPAIR, "DER",
                                        is_sec1 ? "type-specific" : "PrivateKeyInfo", nullptr),
          OSSL_ENCODER_CTX_free);
      unsigned char* raw = nullptr;
      std::size_t size = 0;
      REQUIRE(OSSL_ENCODER_to_data(context.get(), &raw, &size) == 1);
      CHECK(bytes == std::string_view(reinterpret_cast<const char*>(raw), size));
      OPENSSL_free(raw);
    }
  }
}
