#include "lib/pki/signature_algorithm.h"

#include <array>
#include <string>

namespace cw::pki {
namespace {

struct Row {
  SignatureAlgorithm algorithm;
  std::string_view name;
  KeyAlgorithm key;
};
constexpr std::array<Row, 7> kRows{{
    {SignatureAlgorithm::Sha256WithRsa, "SHA256WithRSA", KeyAlgorithm::Rsa},
    {SignatureAlgorithm::Sha384WithRsa, "SHA384WithRSA", KeyAlgorithm::Rsa},
    {SignatureAlgorithm::Sha512WithRsa, "SHA512WithRSA", KeyAlgorithm::Rsa},
    {SignatureAlgorithm::EcdsaWithSha256, "ECDSAWithSHA256", KeyAlgorithm::Ecdsa},
    {SignatureAlgorithm::EcdsaWithSha384, "ECDSAWithSHA384", KeyAlgorithm::Ecdsa},
    {SignatureAlgorithm::EcdsaWithSha512, "ECDSAWithSHA512", KeyAlgorithm::Ecdsa},
    {SignatureAlgorithm::PureEd25519, "PureEd25519", KeyAlgorithm::Ed25519},
}};

const Row& row_of(SignatureAlgorithm algorithm) {
  const auto index = static_cast<std::size_t>(algorithm);
  CW_ASSERT(index < kRows.size() && kRows[index].algorithm == algorithm);
  return kRows[index];
}

Result<SignatureAlgorithm> for_rsa(int size) {
  if (size >= 4096) return SignatureAlgorithm::Sha512WithRsa;
  if (size >= 3072) return SignatureAlgorithm::Sha384WithRsa;
  if (size >= 2048) return SignatureAlgorithm::Sha256WithRsa;
  return Error{Code::Invalid, "an RSA key of " + std::to_string(size) + " bits is too short to sign with"};
}

Result<SignatureAlgorithm> for_ecdsa(int size) {
  if (size == 256) return SignatureAlgorithm::EcdsaWithSha256;
  if (size == 384) return SignatureAlgorithm::EcdsaWithSha384;
  if (size == 521) return SignatureAlgorithm::EcdsaWithSha512;
  return Error{Code::Invalid, "no signature algorithm for an ECDSA key of " + std::to_string(size) + " bits"};
}

}  // namespace

std::optional<SignatureAlgorithm> find_signature_algorithm(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) return row.algorithm;
  }
  return std::nullopt;
}

std::string_view name_of(SignatureAlgorithm algorithm) { return row_of(algorithm).name; }

bool fits(SignatureAlgorithm algorithm, KeyAlgorithm key) { return row_of(algorithm).key == key; }

Result<SignatureAlgorithm> signature_algorithm_for(KeyAlgorithm algorithm, int size) {
  switch (algorithm) {
    case KeyAlgorithm::Rsa:
      return for_rsa(size);
    case KeyAlgorithm::Ecdsa:
      return for_ecdsa(size);
    case KeyAlgorithm::Ed25519:
      break;
  }
  return SignatureAlgorithm::PureEd25519;
}

}  // namespace cw::pki
