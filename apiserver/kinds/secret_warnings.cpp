#include "apiserver/kinds/secret_warnings.h"

#include <optional>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/base/encoding.h"
#include "lib/kube/field_error.h"
#include "lib/pki/certificate.h"
#include "lib/pki/pem.h"
#include "lib/pki/private_key.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kKeyType = "PRIVATE KEY";

std::string data_of(const Json& secret, std::string_view key) {
  return decode_base64(text_member(object_member(secret, "data"), key)).value_or("");
}

// "[A B]"
std::string shown_types(const std::vector<std::string>& types) {
  std::string out = "[";
  for (const std::string& type : types) out += (out.size() > 1 ? " " : "") + type;
  return out + "]";
}

struct FoundBlock {
  std::optional<pki::PemBlock> block;
  std::vector<std::string> skipped;  // types of the blocks before it
};

template <typename Fits>
FoundBlock find_block(const std::string& pem, const Fits& fits) {
  FoundBlock found;
  pki::PemReader reader(pem);
  while (auto block = reader.next()) {
    if (fits(block->type)) {
      found.block = std::move(block);
      return found;
    }
    found.skipped.push_back(block->type);
  }
  return found;
}

bool is_key_type(std::string_view type) { return type == kKeyType || type.ends_with(" PRIVATE KEY"); }

std::string no_certificate(const std::vector<std::string>& skipped) {
  if (skipped.empty()) return "tls: failed to find any PEM data in certificate input";
  if (skipped.size() == 1 && skipped[0].ends_with(kKeyType)) {
    return "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM "
           "inputs may have been switched";
  }
  return "tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of "
         "the "
         "following types: " +
         shown_types(skipped);
}

std::string no_key(const std::vector<std::string>& skipped) {
  if (skipped.empty()) return "tls: failed to find any PEM data in key input";
  if (skipped.size() == 1 && skipped[0] == "CERTIFICATE") {
    return "tls: found a certificate rather than a key in the PEM for the private key";
  }
  return "tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM "
         "blocks of the following types: " +
         shown_types(skipped);
}

std::optional<std::string> pair_problem(const std::string& certificate_pem, const std::string& key_pem) {
  const FoundBlock certificate =
      find_block(certificate_pem, [](std::string_view type) { return type == "CERTIFICATE"; });
  if (!certificate.block) return no_certificate(certificate.skipped);
  const FoundBlock key = find_block(key_pem, is_key_type);
  if (!key.block) return no_key(key.skipped);
  const Result<pki::Certificate> parsed = pki::Certificate::parse_der(certificate.block->bytes);
  if (!parsed) return parsed.error().message;
  const Result<pki::PrivateKey> own =
      pki::PrivateKey::parse_pem(pki::encode_pem(key.block->type, key.block->bytes));
  if (!own) return "tls: failed to parse private key";
  if (!parsed->public_key() || parsed->public_key()->algorithm() != own->public_key().algorithm()) {
    return "tls: private key type does not match public key type";
  }
  if (!parsed->matches(own->public_key())) return "tls: private key does not match public key";
  return std::nullopt;
}

}  // namespace

std::vector<std::string> warn_of_secret(const Json& secret, const Json* /*old*/) {
  if (text_member(secret, "type") != "kubernetes.io/tls") return {};
  const auto problem = pair_problem(data_of(secret, "tls.crt"), data_of(secret, "tls.key"));
  return problem ? std::vector<std::string>{*problem} : std::vector<std::string>();
}

}  // namespace cw::apiserver
