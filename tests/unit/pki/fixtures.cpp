#include "tests/unit/pki/fixtures.h"

#include <fstream>
#include <iterator>
#include <map>

#include "lib/pki/signer.h"

namespace cw::pki::test {
namespace {

PrivateKey made(const KeySpec& spec) {
  auto key = PrivateKey::generate(spec);
  CW_ASSERT(key.has_value());
  return std::move(key).value();
}

}  // namespace

const PrivateKey& ecdsa_key(int number) {
  static std::map<int, PrivateKey> keys;
  const auto found = keys.find(number);
  if (found != keys.end()) return found->second;
  return keys.emplace(number, made({KeyAlgorithm::Ecdsa, 256})).first->second;
}

const PrivateKey& rsa_key() {
  static const PrivateKey kKey = made({KeyAlgorithm::Rsa, 2048});
  return kKey;
}

const PrivateKey& ed25519_key() {
  static const PrivateKey kKey = made({KeyAlgorithm::Ed25519, 0});
  return kKey;
}

std::string bytes(std::string_view hex) {
  std::string out;
  std::string digits;
  for (const char c : hex) {
    if (c == ' ') continue;
    digits += c;
    if (digits.size() < 2) continue;
    out += static_cast<char>(std::stoi(digits, nullptr, 16));
    digits.clear();
  }
  return out;
}

std::string file(const std::string& path_below_data) {
  std::ifstream in(std::string(CW_TEST_DATA) + "/" + path_below_data, std::ios::binary);
  CW_ASSERT(in.good());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

KeyPair node(const NodeOptions& options) {
  const PrivateKey& key = ecdsa_key(options.key_number);
  CertificateTemplate wanted;
  wanted.not_before = kNow;
  wanted.not_after = kNow + std::chrono::hours(24);
  wanted.raw_subject = *encode_subject({.common_name = options.name});
  wanted.basic_constraints.is_ca = options.is_ca;
  auto certificate =
      options.issuer == nullptr
          ? self_sign(wanted, key)
          : sign_certificate(wanted, key.public_key(), options.issuer->certificate, options.issuer->key);
  CW_ASSERT(certificate.has_value());
  return {key, std::move(certificate).value()};
}

}  // namespace cw::pki::test
