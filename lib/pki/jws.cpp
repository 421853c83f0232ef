#include "lib/pki/jws.h"

#include <algorithm>

#include "lib/base/encoding.h"
#include "lib/pki/der.h"
#include "lib/pki/signature.h"

namespace cw::pki {
namespace {

struct Algorithm {
  std::string_view name;  // RFC 7518 §3.1, RFC 8037 §3.1
  SignatureAlgorithm signs_with;
};

Result<Algorithm> algorithm_of(const PublicKey& key) {
  using enum SignatureAlgorithm;
  switch (key.algorithm()) {
    case KeyAlgorithm::Rsa:
      return Algorithm{"RS256", Sha256WithRsa};  // whatever its size
    case KeyAlgorithm::Ed25519:
      return Algorithm{"EdDSA", PureEd25519};
    case KeyAlgorithm::Ecdsa:
      break;
  }
  if (key.size() == 256) return Algorithm{"ES256", EcdsaWithSha256};
  if (key.size() == 384) return Algorithm{"ES384", EcdsaWithSha384};
  if (key.size() == 521) return Algorithm{"ES512", EcdsaWithSha512};
  return Error{Code::Invalid, "JSON Web Signatures have no algorithm for an ECDSA key of " +
                                  std::to_string(key.size()) + " bits"};
}

std::size_t number_bytes(int curve_bits) { return static_cast<std::size_t>(curve_bits + 7) / 8; }

// Big-endian, of exactly that many bytes.
Result<std::string> padded_number(der::Reader& numbers, std::size_t bytes) {
  std::string_view number = TRY(numbers.content(der::kInteger, "signature"));
  number.remove_prefix(std::min(number.find_first_not_of('\0'), number.size()));
  if (number.size() > bytes) return Error{Code::Internal, "an ECDSA signature is too long for its curve"};
  return std::string(bytes - number.size(), '\0') + std::string(number);
}

Result<std::string> side_by_side(std::string_view der_signature, int curve_bits) {
  const std::size_t bytes = number_bytes(curve_bits);
  der::Reader outer(der_signature);
  der::Reader numbers = TRY(outer.enter(der::kSequence, "signature"));
  const std::string r = TRY(padded_number(numbers, bytes));
  return r + TRY(padded_number(numbers, bytes));
}

Result<std::string> as_der(std::string_view pair, int curve_bits) {
  const std::size_t bytes = number_bytes(curve_bits);
  if (pair.size() != 2 * bytes) return Error{Code::Invalid, "the signature has the wrong length"};
  const auto number = [](std::string_view digits) {
    digits.remove_prefix(std::min(digits.find_first_not_of('\0'), digits.size() - 1));
    return der::positive_integer(digits);
  };
  return der::sequence(number(pair.substr(0, bytes)) + number(pair.substr(bytes)));
}

Result<std::string> decoded(std::string_view part) {
  auto bytes = decode_base64url(part);
  if (!bytes) return Error{Code::Invalid, "a part is not base64url"};
  return *std::move(bytes);
}

}  // namespace

Result<std::string_view> jws_algorithm(const PublicKey& key) { return TRY(algorithm_of(key)).name; }

Result<std::string> jws_signature(const PrivateKey& key, std::string_view signing_input) {
  const Algorithm algorithm = TRY(algorithm_of(key.public_key()));
  std::string signature = TRY(key.sign(algorithm.signs_with, signing_input));
  if (key.algorithm() != KeyAlgorithm::Ecdsa) return signature;
  return side_by_side(signature, key.size());
}

Status verify_jws_signature(const PublicKey& key, std::string_view signing_input,
                            std::string_view signature) {
  const Algorithm algorithm = TRY(algorithm_of(key));
  std::string bits(signature);
  if (key.algorithm() == KeyAlgorithm::Ecdsa) bits = TRY(as_der(signature, key.size()));
  return verify_signature({algorithm_identifier(algorithm.signs_with), std::move(bits)}, signing_input, key,
                          Sha1::Refuse);
}

std::string jws_signing_input(std::string_view header, std::string_view payload) {
  return encode_base64url(header) + "." + encode_base64url(payload);
}

Result<std::string> sign_compact_jws(const PrivateKey& key, std::string_view header,
                                     std::string_view payload) {
  const std::string input = jws_signing_input(header, payload);
  return input + "." + encode_base64url(TRY(jws_signature(key, input)));
}

Result<CompactJws> parse_compact_jws(std::string_view text) {
  const std::size_t first = text.find('.');
  const std::size_t last = text.rfind('.');
  const bool is_three_parts =
      first != std::string_view::npos && first != last && text.find('.', first + 1) == last;
  if (!is_three_parts) return Error{Code::Invalid, "not three parts between dots"};
  CompactJws jws;
  jws.header = TRY(decoded(text.substr(0, first)));
  jws.payload = TRY(decoded(text.substr(first + 1, last - first - 1)));
  jws.signature = TRY(decoded(text.substr(last + 1)));
  jws.signing_input = text.substr(0, last);
  return jws;
}

}  // namespace cw::pki
