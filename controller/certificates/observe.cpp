#include "controller/certificates/observe.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "controller/certificates/target_secret.h"
#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/base/random.h"
#include "lib/base/stable_hash.h"
#include "lib/issuance/request_match.h"
#include "lib/watch/object_version.h"

namespace cw::controller::certificates {
namespace {

constexpr std::size_t kMaxWeighed = 200'000;   // far more than one controller has under way
constexpr std::size_t kMaxGeneratedBase = 58;  // of a name of 63 with five random characters behind it

using watch::index_value;

kube::ObjectKey target_of(const api::Certificate& certificate) {
  return {certificate.metadata.name_space, certificate.spec.secret_name};
}

std::vector<std::string> issuer_values(const api::Certificate& certificate) {
  const auto& reference = certificate.spec.issuer_ref;
  if (!api::is_built_in_group(reference)) return {};
  return {index_value(api::issuer_key(reference, certificate.metadata.name_space))};
}

std::string generated_name(const std::string& certificate) {
  return (certificate + "-").substr(0, kMaxGeneratedBase) + random_name_suffix();
}

std::shared_ptr<const KnownTarget> weigh_target(const api::Certificate& certificate,
                                                const api::Secret& secret, const kube::Json& json,
                                                const Settings& settings) {
  auto facts = facts_of_target(secret, certificate.spec, settings.pem);
  auto target = std::make_shared<KnownTarget>();
  target->certificate_uid = stable_hash(certificate.metadata.uid);
  target->generation = certificate.metadata.generation;
  target->facts = std::move(facts.secret);
  target->facts.other_writer = other_data_writer(json, kIssuingManager);
  target->drift = target_drift(secret, owned_fields(json, kIssuingManager), certificate, settings);
  target->certificate_violations.emplace();
  if (facts.certificate) {
    target->certificate_violations = issuance::certificate_violations(*facts.certificate, certificate.spec);
  }
  return target;
}

bool is_next_key(const watch::SecretMeta& secret) {
  return secret.details && secret.details->controller_kind == api::kCertificates.kind &&
         secret.details->labels.get(api::kNextPrivateKeyLabel) == api::kLabelTrue;
}

// The Secrets with the passwords of its keystores.
std::vector<std::string> passwords_of(const api::Certificate& certificate) {
  std::vector<std::string> values;
  const auto& keystores = certificate.spec.keystores;
  const auto add = [&](const auto& keystore) {
    if (!keystore || keystore->password_secret_ref.name.empty()) return;
    values.push_back(index_value({certificate.metadata.name_space, keystore->password_secret_ref.name}));
  };
  if (!keystores) return values;
  add(keystores->jks);
  if (keystores->pkcs12 && keystores->jks &&
      keystores->pkcs12->password_secret_ref.name == keystores->jks->password_secret_ref.name) {
    return values;
  }
  add(keystores->pkcs12);
  return values;
}

}  // namespace

Observer::Observer(Sources sources) : sources_(std::move(sources)), weighed_requests_(kMaxWeighed) {
  by_password_ = sources_.certificates.add_index(passwords_of);
  by_secret_name_ = sources_.certificates.add_index([](const api::Certificate& certificate) {
    return std::vector<std::string>{index_value(target_of(certificate))};
  });
  by_issuer_ = sources_.certificates.add_index(issuer_values);
  by_owner_ = sources_.requests.add_index([](const api::CertificateRequest& request) {
    const auto* owner = kube::find_controller(request.metadata);
    if (owner == nullptr || owner->kind != api::kCertificates.kind) return std::vector<std::string>{};
    return std::vector<std::string>{owner->uid};
  });
  next_keys_by_owner_ = sources_.secrets.add_index([](const watch::SecretMeta& secret) {
    if (!is_next_key(secret)) return std::vector<std::string>{};
    return std::vector<std::string>{secret.details->controller_uid};
  });
}

Result<View> Observer::observe(const CertificatePointer& certificate) {
  View view{.certificate = certificate, .status = certificate->status};
  view.settings = sources_.settings;
  view.fresh_key_name = generated_name(certificate->metadata.name);
  TRY(read_requests(view));
  TRY(read_target(view));
  TRY(read_next_keys(view));
  read_rivals(view);
  if (sources_.authority) {
    view.authority = TRY(sources_.authority(view.spec().issuer_ref, certificate->metadata.name_space));
  }
  if (sources_.acme_renewal) view.acme = sources_.acme_renewal(*certificate);
  if (sources_.issuer_ready_since && view.status.last_failure_time) {
    view.issuer_ready_since =
        sources_.issuer_ready_since(view.spec().issuer_ref, certificate->metadata.name_space);
  }
  if (sources_.approval.released_since && view.status.last_failure_time) {
    view.released_since = sources_.approval.released_since(kube::key_of(certificate->metadata));
  }
  return view;
}

std::vector<kube::ObjectKey> Observer::users_of_secret(const kube::ObjectKey& secret) const {
  auto users = sources_.certificates.keys_by(by_secret_name_, index_value(secret));
  auto openers = sources_.certificates.keys_by(by_password_, index_value(secret));
  std::move(openers.begin(), openers.end(), std::back_inserter(users));
  return users;
}

std::vector<kube::ObjectKey> Observer::users_of_issuer(const kube::ObjectKey& issuer) const {
  return sources_.certificates.keys_by(by_issuer_, index_value(issuer));
}

void Observer::weigh_ahead(const kube::Json& json) {
  const auto secret = api::decode_secret(json);
  if (!secret) return;
  for (const auto& user :
       sources_.certificates.keys_by(by_secret_name_, index_value(kube::key_of(secret->metadata)))) {
    if (const auto certificate = sources_.certificates.find(user)) keep_target(*certificate, *secret, json);
  }
}

std::shared_ptr<const KnownTarget> Observer::keep_target(const api::Certificate& certificate,
                                                         const api::Secret& secret, const kube::Json& json) {
  auto target = weigh_target(certificate, secret, json, sources_.settings);
  sources_.targets.keep(kube::key_of(secret.metadata),
                        watch::version_number(secret.metadata.resource_version), target);
  return target;
}

void Observer::forget_secret(const kube::ObjectKey& secret) {
  sources_.targets.forget(secret);
  sources_.next_keys.forget(secret);
}

Status Observer::read_requests(View& view) {
  const auto current = view.status.revision;
  const auto next = next_revision(view);
  for (auto& [key, request] : sources_.requests.find_by(by_owner_, view.certificate->metadata.uid)) {
    if (!request || key.name_space != view.certificate->metadata.name_space) continue;
    OwnedRequest owned{.object = request};
    owned.revision = revision_of(*request);
    if (owned.revision == next) {
      owned.object = TRY(with_answer(request));
      if (sources_.approval.pending_cause) {
        owned.pending_cause = sources_.approval.pending_cause(request->metadata);
      }
    }
    if (owned.revision && (*owned.revision == next || owned.revision == current)) weigh(owned, view);
    view.requests.push_back(std::move(owned));
  }
  return Done{};
}

// The cache keeps an answer only for a while (lib/api/packed.h): enough, unless the controller was away.
Result<RequestPointer> Observer::with_answer(const RequestPointer& request) const {
  const auto* ready = kube::find_condition(request->status.conditions, api::kReady);
  const bool is_issued = ready != nullptr && ready->reason == api::kReasonIssued;
  if (!is_issued || !request->status.certificate.empty()) return request;
  const auto live = sources_.reader.get(api::kCertificateRequests, kube::key_of(request->metadata));
  if (!live && live.error().code == Code::NotFound) return request;
  if (!live) return live.error();
  // The overload is named, for the other one wants simdjson.
  constexpr Result<api::CertificateRequest> (*kDecode)(const kube::Json&) = api::decode_certificate_request;
  auto decoded = TRY(kDecode(*live));
  if (decoded.metadata.uid != request->metadata.uid) return request;
  return std::make_shared<const api::CertificateRequest>(std::move(decoded));
}

void Observer::weigh(OwnedRequest& owned, const View& view) {
  const auto& request = owned.object->metadata;
  const auto& certificate = view.certificate->metadata;
  const auto version = static_cast<std::uint64_t>(certificate.generation);
  auto known = weighed_requests_.find(kube::key_of(request), version);
  const auto request_uid = stable_hash(request.uid);
  const auto certificate_uid = stable_hash(certificate.uid);
  if (!known || known->request_uid != request_uid || known->certificate_uid != certificate_uid) {
    known = std::make_shared<const KnownRequest>(KnownRequest{
        .request_uid = request_uid,
        .certificate_uid = certificate_uid,
        .weighed = weigh_request(*owned.object, view.spec(), view.settings.pem),
    });
    weighed_requests_.keep(kube::key_of(request), version, known);
  }
  owned.violations = known->weighed.violations;
  owned.key_spki = known->weighed.key_spki;
}

Status Observer::read_target(View& view) {
  const auto key = target_of(*view.certificate);
  const auto meta = sources_.secrets.find(key);
  if (!meta) return Done{};
  auto target = known_target(view, key, meta->version);
  if (!target) {
    const auto json = sources_.reader.get(api::kSecrets, key);
    if (!json && json.error().code == Code::NotFound) return Done{};
    if (!json) return json.error();
    const auto secret = TRY(api::decode_secret(*json));
    target = keep_target(*view.certificate, secret, *json);
  }
  view.secret = target->facts;
  view.drift = target->drift;
  if (current_request(view).request != nullptr) return Done{};
  view.certificate_violations = target->certificate_violations.value_or(std::vector<std::string>{});
  return Done{};
}

// Null: not known, or not as well as this view needs.
std::shared_ptr<const KnownTarget> Observer::known_target(const View& view, const kube::ObjectKey& key,
                                                          std::uint64_t version) const {
  auto target = sources_.targets.find(key, version);
  const auto& metadata = view.certificate->metadata;
  const auto uid = stable_hash(metadata.uid);
  if (!target || target->certificate_uid != uid || target->generation != metadata.generation) {
    return nullptr;
  }
  if (!target->certificate_violations && current_request(view).request == nullptr) return nullptr;
  return target;
}

Status Observer::read_next_keys(View& view) {
  for (auto& [key, secret] : sources_.secrets.find_by(next_keys_by_owner_, view.certificate->metadata.uid)) {
    if (!secret || key.name_space != view.certificate->metadata.name_space) continue;
    view.next_keys.push_back({.name = key.name, .uid = secret->details->uid});
  }
  if (view.next_keys.empty() && view.status.next_private_key_secret_name) {
    const kube::ObjectKey promised{view.certificate->metadata.name_space,
                                   *view.status.next_private_key_secret_name};
    view.promised_name_taken = sources_.secrets.find(promised) != nullptr;
  }
  // Of several none is used before the others are gone.
  if (view.next_keys.size() != 1) return Done{};
  NextKey& candidate = view.next_keys.front();
  const kube::ObjectKey key{view.certificate->metadata.name_space, candidate.name};
  const auto meta = sources_.secrets.find(key);
  auto kept = meta ? sources_.next_keys.find(key, meta->version) : nullptr;
  if (!kept) {
    const auto json = sources_.reader.get(api::kSecrets, key);
    if (!json && json.error().code == Code::NotFound) {
      return Error{Code::Conflict, "a next-private-key Secret is gone; the news of it is on its way"};
    }
    if (!json) return json.error();
    const auto secret = TRY(api::decode_secret(*json));
    auto parsed = next_key_of(secret, view.settings.pem);
    if (!parsed) return Done{};  // a candidate without a key is replaced
    kept = std::make_shared<const pki::PrivateKey>(*std::move(parsed));
    sources_.next_keys.keep(key, watch::version_number(secret.metadata.resource_version), kept);
  }
  candidate = facts_of_next_key(candidate.name, candidate.uid, *kept, view.spec());
  return Done{};
}

void Observer::read_rivals(View& view) {
  for (auto& [key, other] :
       sources_.certificates.find_by(by_secret_name_, index_value(target_of(*view.certificate)))) {
    if (!other || key.name == view.name()) continue;
    view.rivals.push_back({.name = key.name, .created = other->metadata.creation_timestamp});
  }
}

}  // namespace cw::controller::certificates
