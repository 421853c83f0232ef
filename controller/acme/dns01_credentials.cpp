#include "controller/acme/dns01_credentials.h"

#include <nlohmann/json.hpp>

#include "controller/issuers/solver_secrets.h"
#include "lib/api/resources.h"
#include "lib/api/secret.h"
#include "lib/base/ascii.h"
#include "lib/kube/field_error.h"
#include "lib/pki/digest.h"

namespace cw::controller::acme {
namespace {

constexpr std::string_view kPrefix = "dns01.";

Result<SecretBytes> read_value(const kube::KubeReader& reader, const std::string& name_space,
                               const issuers::SolverSecret& wanted) {
  if (wanted.key.empty()) return Error{Code::Invalid, wanted.field + ".key: it is empty"};
  const std::string secret_name =
      "Secret " + kube::quoted(wanted.name) + " in namespace " + kube::quoted(name_space);
  auto json = reader.get(api::kSecrets, {name_space, wanted.name});
  if (!json && json.error().code == Code::NotFound) {
    return Error{Code::NotFound, wanted.field + ": " + secret_name + " not found"};
  }
  if (!json) return Error{json.error().code, wanted.field + ": " + secret_name + ": " + json.error().message};
  const auto secret = TRY(api::decode_secret(*json));
  const auto* value = secret.data.find(wanted.key);
  if (value == nullptr) {
    return Error{Code::Invalid,
                 wanted.field + ": " + secret_name + " has no key " + kube::quoted(wanted.key)};
  }
  const std::string_view text = trimmed(value->text(), "\r\n");
  if (text.empty()) {
    return Error{Code::Invalid,
                 wanted.field + ": " + secret_name + ": key " + kube::quoted(wanted.key) + " is empty"};
  }
  return SecretBytes(std::string(text));
}

}  // namespace

Result<Dns01Credentials> Dns01Credentials::read(const kube::KubeReader& reader, const std::string& name_space,
                                                const api::Solver& solver) {
  Dns01Credentials credentials;
  for (const auto& wanted : issuers::solver_secrets(solver)) {
    credentials.values_[wanted.field.substr(kPrefix.size())] = TRY(read_value(reader, name_space, wanted));
  }
  return credentials;
}

SecretBytes Dns01Credentials::take(const std::string& field) {
  const auto found = values_.find(field);
  return found == values_.end() ? SecretBytes() : std::move(found->second);
}

std::string Dns01Credentials::fingerprint() const {
  std::string text;
  for (const auto& [field, value] : values_) {
    text += field + "=" + std::to_string(value.reveal().size()) + ":" + std::string(value.reveal());
  }
  std::string digest = pki::sha256(text);
  wipe(text);
  return digest;
}

}  // namespace cw::controller::acme
