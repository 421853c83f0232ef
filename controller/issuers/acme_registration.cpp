#include "controller/issuers/acme_registration.h"

#include "lib/api/names.h"
#include "lib/base/ascii.h"
#include "lib/base/encoding.h"
#include "lib/http/url.h"
#include "lib/kube/conditions.h"
#include "lib/pki/digest.h"

namespace cw::controller::issuers {
namespace {

constexpr std::string_view kAcmeV1Hosts[] = {"acme-v01.api.letsencrypt.org",
                                             "acme-staging.api.letsencrypt.org"};
constexpr std::string_view kBlanks = " \t\r\n";

}  // namespace

Result<std::string> private_key_hash(const pki::PrivateKey& key) {
  const auto der = TRY(key.to_der(pki::KeyEncoding::Pkcs1));
  return encode_base64(pki::sha256(der.reveal()));
}

std::vector<std::string> account_contact(std::string_view email) {
  if (email.empty()) return {};
  return {"mailto:" + lower_case(email)};
}

bool is_acme_v1_server(std::string_view url) {
  const auto host = host_of(url);
  for (const auto old : kAcmeV1Hosts) {
    if (host == old) return true;
  }
  return false;
}

std::string host_of(std::string_view url) {
  const auto split = http::split_url(url);
  if (!split) return {};
  return lower_case(split->origin.substr(split->origin.find("//") + 2));
}

bool is_registered(const api::Issuer& issuer, std::string_view key_hash) {
  const auto* ready = kube::find_condition(issuer.status.conditions, api::kReady);
  if (ready == nullptr || ready->status != kube::kConditionTrue || !issuer.status.acme) return false;
  const auto& account = *issuer.status.acme;
  return !known_account(*issuer.spec.acme, issuer.status.acme).empty() &&
         account.last_registered_email == issuer.spec.acme->email &&
         account.last_private_key_hash == key_hash;
}

std::string known_account(const api::AcmeIssuer& spec, const std::optional<api::AcmeIssuerStatus>& status) {
  if (!status || status->uri.empty()) return {};
  const auto host = host_of(status->uri);
  return !host.empty() && host == host_of(spec.server) ? status->uri : std::string();
}

Result<std::string> decode_binding_key(std::string_view text) {
  auto bare = trimmed(text, kBlanks);
  // Some CAs hand the key out padded, and people encode it once more by hand: both alphabets are read.
  auto decoded = decode_base64(bare);
  while (bare.ends_with('=')) bare.remove_suffix(1);
  if (!decoded) decoded = decode_base64url(bare);
  if (!decoded || decoded->empty()) return Error{Code::Invalid, "it is not a base64url-encoded MAC key"};
  return *decoded;
}

}  // namespace cw::controller::issuers
