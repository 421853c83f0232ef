#include "controller/issuers/acme_setup.h"

#include <nlohmann/json.hpp>

#include "controller/issuers/acme_registration.h"
#include "controller/issuers/solver_secrets.h"
#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/api/secret.h"
#include "lib/base/encoding.h"
#include "lib/kube/field_error.h"

namespace cw::controller::issuers {
namespace {

using runtime::Event;
using runtime::EventType;

// Why the issuer is not Ready. `retry`: the same again may bring something else.
struct Obstacle {
  std::string_view reason;
  std::string message;
  std::optional<Error> retry = {};
  std::optional<std::chrono::seconds> retry_after = {};
};
template <typename T>
using Step = Result<T, Obstacle>;

Obstacle obstacle(std::string_view reason, std::string message) { return {reason, std::move(message)}; }

Obstacle retried(std::string_view reason, const Error& error, const std::string& what) {
  return {.reason = reason, .message = what + ": " + error.message, .retry = error};
}

Obstacle refused(std::string_view reason, const ::cw::acme::Failure& failure, const std::string& what) {
  Obstacle why = obstacle(reason, what + ": " + failure.message);
  if (failure.is_final()) return why;
  why.retry_after = failure.retry_after;
  if (!why.retry_after) why.retry = ::cw::acme::to_error(failure);
  return why;
}

std::string name_of_secret(const kube::ObjectKey& key) {
  return "Secret " + kube::quoted(key.name) + " in namespace " + kube::quoted(key.name_space);
}

// One pass over one issuer.
class Pass {
 public:
  Pass(AcmeSetup::Parts& parts, const api::Issuer& issuer)
      : parts_(parts),
        issuer_(issuer),
        spec_(*issuer.spec.acme),
        name_space_(parts.directory.resource_namespace(issuer)),
        status_(issuer.status.acme.value_or(api::AcmeIssuerStatus{})) {}

  IssuerDecision run();

 private:
  Step<Done> go();
  Step<Done> check_server() const;
  Step<pki::PrivateKey> account_key();
  Step<pki::PrivateKey> make_account_key(const kube::ObjectKey&);
  Step<Done> check_solvers() const;
  Step<std::optional<std::string>> missing_in(const SolverSecret&) const;
  Step<AcmeClients::Pointer> client(const pki::PrivateKey&, const std::string& key_hash, std::string& traits);
  Step<Done> register_account(::cw::acme::AcmeClient&);
  Step<std::optional<::cw::acme::ExternalAccount>> external_account() const;
  Step<api::Secret> read_binding_secret(const kube::ObjectKey&) const;

  AcmeSetup::Parts& parts_;
  const api::Issuer& issuer_;
  const api::AcmeIssuer& spec_;
  const std::string& name_space_;
  api::AcmeIssuerStatus status_;
};

IssuerDecision Pass::run() {
  const auto outcome = go();
  kube::Condition ready{.type = std::string(api::kReady),
                        .status = std::string(kube::kConditionTrue),
                        .last_transition_time = std::nullopt,
                        .reason = std::string(api::kReasonAcmeRegistered),
                        .message = "The ACME account was registered with the ACME server",
                        .observed_generation = issuer_.metadata.generation};
  if (outcome) return {.ready = std::move(ready), .event = {}, .retry = {}, .acme = status_};
  const Obstacle& why = outcome.error();
  ready.status = kube::kConditionFalse;
  ready.reason = why.reason;
  ready.message = why.message;
  IssuerDecision decision{.ready = std::move(ready),
                          .event = Event{EventType::Warning, std::string(why.reason), why.message},
                          .retry = why.retry,
                          .acme = status_};
  if (why.retry_after) decision.look_again = parts_.clock.now() + *why.retry_after;
  return decision;
}

Step<Done> Pass::go() {
  TRY(check_server());
  const auto key = TRY(account_key());
  const auto hash = private_key_hash(key);
  if (!hash) return obstacle(api::kReasonVerifyAccountFailed, hash.error().message);
  TRY(check_solvers());
  status_.uri = known_account(spec_, status_);
  std::string traits;
  const auto client = TRY(this->client(key, *hash, traits));
  if (!is_registered(issuer_, *hash) || parts_.clients.is_doubted(issuer_.metadata.uid)) {
    TRY(register_account(*client));
    status_.last_registered_email = spec_.email;
    status_.last_private_key_hash = *hash;
  }
  parts_.clients.put(kube::key_of(issuer_.metadata), issuer_.metadata.uid, traits, client);
  return Done{};
}

Step<Done> Pass::check_server() const {
  if (is_acme_v1_server(spec_.server)) {
    return obstacle(api::kReasonInvalidConfig,
                    "spec.acme.server: " + kube::quoted(spec_.server) +
                        " is a server of the first ACME protocol; Let's Encrypt's is "
                        "https://acme-v02.api.letsencrypt.org/directory");
  }
  if (host_of(spec_.server).empty()) {
    return obstacle(api::kReasonInvalidUrl, "spec.acme.server: " + kube::quoted(spec_.server) +
                                                " is not the URL of an ACME directory");
  }
  return Done{};
}

Step<pki::PrivateKey> Pass::account_key() {
  const auto& reference = spec_.private_key_secret_ref;
  const kube::ObjectKey key{name_space_, reference.name};
  const auto json = parts_.reader.get(api::kSecrets, key);
  if (!json && json.error().code == Code::NotFound) return make_account_key(key);
  if (!json) return retried(api::kReasonVerifyAccountFailed, json.error(), "reading the account's key");
  const auto secret = api::decode_secret(*json);
  if (!secret) return obstacle(api::kReasonVerifyAccountFailed, secret.error().message);
  const auto member = reference.key.empty() ? std::string(api::kTlsPrivateKeyKey) : reference.key;
  const auto* pem = secret->data.find(member);
  if (pem == nullptr) {
    return obstacle(api::kReasonVerifyAccountFailed, name_of_secret(key) + " has no " + kube::quoted(member) +
                                                         ", which is to hold the account's key");
  }
  auto parsed = pki::PrivateKey::parse_pem(pem->text(), parts_.limits);
  if (!parsed) {
    return obstacle(api::kReasonVerifyAccountFailed,
                    name_of_secret(key) + ": " + member + ": " + parsed.error().message);
  }
  return std::move(parsed).value();
}

Step<pki::PrivateKey> Pass::make_account_key(const kube::ObjectKey& key) {
  if (spec_.disable_account_key_generation) {
    return retried(api::kReasonVerifyAccountFailed, {Code::NotFound, name_of_secret(key) + " not found"},
                   "spec.acme.disableAccountKeyGeneration is set, so the account's key has to be there");
  }
  auto made = parts_.key_maker.make_key({.algorithm = pki::KeyAlgorithm::Rsa, .size = 2048});
  if (!made) return retried(api::kReasonRegisterAccountFailed, made.error(), "making the account's key");
  const auto pem = made->to_pem(pki::KeyEncoding::Pkcs1);
  if (!pem) return retried(api::kReasonRegisterAccountFailed, pem.error(), "writing the account's key");
  const auto& reference = spec_.private_key_secret_ref;
  const auto member = reference.key.empty() ? std::string(api::kTlsPrivateKeyKey) : reference.key;
  const kube::Json secret = {{"apiVersion", "v1"},
                             {"kind", "Secret"},
                             {"metadata",
                              {{"name", key.name},
                               {"namespace", key.name_space},
                               {"labels", {{std::string(api::kManagedByLabel), "cert-manager"}}}}},
                             {"type", std::string(api::kOpaqueSecretType)},
                             {"data", {{member, encode_base64(pem->reveal())}}}};
  const auto created = parts_.writer.create(api::kSecrets, secret, {.field_manager = "cert-manager-issuers"});
  // AlreadyExists too: what is there now is read in the next pass.
  if (!created)
    return retried(api::kReasonRegisterAccountFailed, created.error(), "storing the account's key");
  status_.uri.clear();
  return std::move(made).value();
}

Step<Done> Pass::check_solvers() const {
  std::string problems;
  for (const auto& solver : spec_.solvers) {
    for (const auto& needed : solver_secrets(solver)) {
      const auto problem = TRY(missing_in(needed));
      if (!problem) continue;
      if (!problems.empty()) problems += "; ";
      problems += *problem;
    }
  }
  if (!problems.empty()) return obstacle(api::kReasonInvalidSolver, std::move(problems));
  return Done{};
}

Step<std::optional<std::string>> Pass::missing_in(const SolverSecret& needed) const {
  const kube::ObjectKey key{name_space_, needed.name};
  const auto json = parts_.reader.get(api::kSecrets, key);
  if (!json && json.error().code == Code::NotFound) {
    return std::optional(needed.field + ": " + name_of_secret(key) + " not found");
  }
  if (!json) return retried(api::kReasonInvalidSolver, json.error(), needed.field);
  const auto data = json->find("data");
  const bool holds_it = data != json->end() && data->is_object() && data->contains(needed.key);
  if (holds_it) return std::optional<std::string>();
  return std::optional(needed.field + ": " + name_of_secret(key) + " has no key " + kube::quoted(needed.key));
}

Step<AcmeClients::Pointer> Pass::client(const pki::PrivateKey& key, const std::string& key_hash,
                                        std::string& traits) {
  const AcmeEndpoint endpoint{.server = spec_.server,
                              .ca_bundle = spec_.ca_bundle.text(),
                              .skip_verification = spec_.skip_tls_verify,
                              .account_url = status_.uri};
  traits = endpoint.server + "\n" + (endpoint.skip_verification ? "unverified" : endpoint.ca_bundle) + "\n" +
           key_hash;
  // What the client has learnt (nonces, limits, the directory) is kept as long as it may be.
  if (auto same = parts_.clients.find(issuer_.metadata.uid, traits)) return same;
  auto made = parts_.make_client(endpoint, key);
  if (!made) return obstacle(api::kReasonInvalidUrl, made.error().message);
  return AcmeClients::Pointer(std::move(made).value());
}

Step<Done> Pass::register_account(::cw::acme::AcmeClient& client) {
  const std::string what = "registering the ACME account";
  const auto contact = account_contact(spec_.email);
  const auto binding = TRY(external_account());
  const auto account = client.register_account({.contact = contact, .external_account = binding});
  if (!account) return refused(api::kReasonRegisterAccountFailed, account.error(), what);
  if (account->status == "deactivated" || account->status == "revoked") {
    return obstacle(api::kReasonRegisterAccountFailed,
                    "the account of this key is " + account->status + "; it needs another key");
  }
  status_.uri = account->url;
  if (account->contact == contact) return Done{};
  const auto updated = client.update_contact(contact);
  if (!updated) return refused(api::kReasonUpdateAccountFailed, updated.error(), "updating the ACME account");
  return Done{};
}

Step<std::optional<::cw::acme::ExternalAccount>> Pass::external_account() const {
  if (!spec_.external_account_binding) return std::optional<::cw::acme::ExternalAccount>();
  const auto& binding = *spec_.external_account_binding;
  const kube::ObjectKey key{name_space_, binding.key_secret_ref.name};
  const auto secret = TRY(read_binding_secret(key));
  const auto* text = secret.data.find(binding.key_secret_ref.key);
  if (text == nullptr) {
    return obstacle(api::kReasonRegisterAccountFailed,
                    "spec.acme.externalAccountBinding: " + name_of_secret(key) + " has no key " +
                        kube::quoted(binding.key_secret_ref.key));
  }
  auto decoded = decode_binding_key(text->text());
  if (!decoded) {
    return obstacle(
        api::kReasonRegisterAccountFailed,
        "spec.acme.externalAccountBinding: " + name_of_secret(key) + ": " + decoded.error().message);
  }
  return std::optional(::cw::acme::ExternalAccount{binding.key_id, std::move(*decoded)});
}

Step<api::Secret> Pass::read_binding_secret(const kube::ObjectKey& key) const {
  const auto json = parts_.reader.get(api::kSecrets, key);
  if (!json && json.error().code == Code::NotFound) {
    return obstacle(api::kReasonRegisterAccountFailed,
                    "spec.acme.externalAccountBinding: " + name_of_secret(key) + " not found");
  }
  if (!json)
    return retried(api::kReasonRegisterAccountFailed, json.error(), "spec.acme.externalAccountBinding");
  auto secret = api::decode_secret(*json);
  if (!secret) return obstacle(api::kReasonRegisterAccountFailed, secret.error().message);
  return std::move(secret).value();
}

}  // namespace

IssuerDecision AcmeSetup::set_up(const api::Issuer& issuer) {
  CW_ASSERT(issuer.spec.acme.has_value());
  return Pass(parts_, issuer).run();
}

}  // namespace cw::controller::issuers
