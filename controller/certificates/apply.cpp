#include "controller/certificates/apply.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "controller/certificates/encode.h"
#include "controller/certificates/facts.h"
#include "controller/certificates/policy.h"
#include "controller/certificates/reasons.h"
#include "controller/certificates/temporary.h"
#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/base/log.h"
#include "lib/base/stable_hash.h"
#include "lib/issuance/csr_template.h"
#include "lib/kube/field_error.h"
#include "lib/pki/csr.h"
#include "lib/watch/object_version.h"

namespace cw::controller::certificates {
namespace {

const kube::WriteOptions kAsIssuing{.field_manager = std::string(kIssuingManager)};
const kube::WriteOptions kAsKeyManager{.field_manager = "cert-manager-certificates-key-manager"};
const kube::WriteOptions kAsRequestManager{.field_manager = "cert-manager-certificates-request-manager"};
const kube::WriteOptions kAsReadiness{.field_manager = "cert-manager-certificates-readiness"};

// Of the name that object and no later one.
kube::Preconditions only(const std::string& uid) { return {.uid = uid, .resource_version = std::nullopt}; }

// What we know is old: the pass begins again once the news is here.
Error outdated(const Error& error) { return {Code::Conflict, error.message}; }

}  // namespace

Status ActionExecutor::execute(const ConfirmCurrent& /*action*/) {
  const auto live = parts_.reader.get(api::kCertificates, kube::key_of(certificate_.metadata));
  if (!live && live.error().code == Code::NotFound) return outdated(live.error());
  if (!live) return live.error();
  if (watch::resource_version_of(*live) == certificate_.metadata.resource_version) return Done{};
  return Error{Code::Conflict, "the Certificate has changed meanwhile"};
}

Status ActionExecutor::execute(const ConfirmTarget& /*action*/) {
  const auto key = key_named(certificate_.spec.secret_name);
  const auto meta = parts_.secrets.find(key);
  const auto live = parts_.reader.get(api::kSecrets, key);
  if (!live && live.error().code != Code::NotFound) return live.error();
  const auto known = meta ? meta->version : 0;
  if (known == (live ? watch::version_of(*live).version : 0)) return Done{};
  return Error{Code::Conflict, "the Secret " + kube::quoted(key.name) + " has changed meanwhile"};
}

Status ActionExecutor::execute(const CreateNextKey& action) {
  auto key = std::make_shared<const pki::PrivateKey>(TRY(make_key(action.source)));
  const auto secret = TRY(next_key_secret(certificate_, action.name, *key));
  const auto answer = parts_.writer.create(api::kSecrets, secret, kAsKeyManager);
  if (!answer && answer.error().code == Code::AlreadyExists) return outdated(answer.error());
  if (!answer) return answer.error();
  parts_.next_keys.keep(key_named(action.name), watch::version_of(*answer).version, std::move(key));
  return Done{};
}

Status ActionExecutor::execute(const DeleteNextKey& action) {
  TRY(parts_.writer.remove(api::kSecrets, key_named(action.name), only(action.uid)));
  return Done{};
}

Status ActionExecutor::execute(const CreateRequest& action) {
  const auto key = TRY(next_key(action.key_secret));
  const auto wanted = TRY(issuance::csr_template(certificate_.spec, parts_.settings.requests));
  const auto csr = pki::Csr::build(wanted, *key);
  if (!csr) {
    // Trying again would not help: the spec must change, which starts another pass.
    return execute(announce(runtime::EventType::Warning, kEventRequestFailed,
                            "No request can be made: " + csr.error().message));
  }
  const auto csr_pem = csr->to_pem();
  // It would be made and thrown away again at each pass, for nobody could read it.
  if (const auto fits = pki::check_pem_size(csr_pem, parts_.settings.pem.certificate, "the request"); !fits) {
    return request_failed("No request can be made: " + fits.error().message, fits.error());
  }
  const auto request = request_json(certificate_, action, csr_pem, parts_.settings);
  const auto answer = parts_.writer.create(api::kCertificateRequests, request, kAsRequestManager);
  if (answer) return Done{};
  if (answer.error().code == Code::AlreadyExists) return name_is_taken(action.name);
  return request_failed("The request could not be created: " + answer.error().message, answer.error());
}

Status ActionExecutor::request_failed(std::string message, const Error& error) {
  TRY(execute(announce(runtime::EventType::Warning, kEventRequestFailed, std::move(message))));
  return error;
}

// A request of that name which is not this Certificate's, as after a restored backup, would stay for ever.
Status ActionExecutor::name_is_taken(const std::string& name) {
  const auto live = parts_.reader.get(api::kCertificateRequests, key_named(name));
  if (!live) return live.error().code == Code::NotFound ? outdated(live.error()) : live.error();
  // The overload is named, for the other one wants simdjson.
  constexpr Result<api::CertificateRequest> (*kDecode)(const kube::Json&) = api::decode_certificate_request;
  const auto request = kDecode(*live);
  if (request && kube::is_controlled_by(request->metadata, certificate_.metadata.uid)) {
    return Error{Code::Conflict, "CertificateRequest " + kube::quoted(name) + " exists already"};
  }
  const Error taken{Code::Invalid, "CertificateRequest " + kube::quoted(name) +
                                       " exists and is not of this Certificate; delete it"};
  return request_failed(taken.message, taken);
}

Status ActionExecutor::execute(const DeleteRequest& action) {
  TRY(parts_.writer.remove(api::kCertificateRequests, key_named(action.name), only(action.uid)));
  return Done{};
}

Status ActionExecutor::execute(const WriteTarget& action) {
  const auto written =
      TRY(store_pair(action.key_secret, {.key_pem = {},
                                         .chain_pem = action.request->status.certificate.text(),
                                         .ca_pem = action.request->status.ca.text(),
                                         .issuer = action.request->spec.issuer_ref,
                                         .leaf = action.leaf}));
  if (written) remember_target(*written, action.facts);
  if (parts_.forget_renewal_news) parts_.forget_renewal_news(kube::key_of(certificate_.metadata));
  return Done{};
}

Status ActionExecutor::execute(const WriteTemporary& action) {
  const auto leaf =
      TRY(temporary_certificate(action.request->spec, parts_.key_maker, now_, parts_.settings.pem));
  TRY(store_pair(action.key_secret, {.key_pem = {}, .chain_pem = leaf.to_pem(), .leaf = leaf}));
  return Done{};
}

Status ActionExecutor::execute(const RewriteTarget& action) {
  const auto existing = TRY(read_target());
  if (!existing) return Done{};
  log::info("writing a Secret anew", {{"namespace", existing->metadata.name_space},
                                      {"name", existing->metadata.name},
                                      {"reason", std::string(action.why.reason)},
                                      {"message", action.why.message}});
  TRY(store_target(TRY(target_of(existing, content_of(*existing)))));
  return Done{};
}

Status ActionExecutor::execute(const WriteStatus& action) {
  const auto answer =
      parts_.writer.merge_patch(api::kCertificates, kube::key_of(certificate_.metadata), kube::Part::Status,
                                status_patch(certificate_, action.status), kAsReadiness);
  if (answer) return Done{};
  return answer.error().code == Code::NotFound ? outdated(answer.error()) : answer.error();
}

Status ActionExecutor::execute(const AskRenewalInfo& /*action*/) {
  if (parts_.ask_about_renewal) parts_.ask_about_renewal(kube::key_of(certificate_.metadata));
  return Done{};
}

Status ActionExecutor::execute(const Announce& action) {
  parts_.events.record(runtime::subject_of(api::kCertificates, certificate_.metadata), action.event);
  return Done{};
}

kube::ObjectKey ActionExecutor::key_named(const std::string& name) const {
  return {certificate_.metadata.name_space, name};
}

Result<pki::PrivateKey> ActionExecutor::make_key(KeySource source) {
  if (source == KeySource::Generate) {
    const auto wanted = TRY(issuance::key_spec(certificate_.spec));
    return parts_.key_maker.make_key(wanted);
  }
  const auto target = TRY(read_secret(key_named(certificate_.spec.secret_name)));
  if (!target) return Error{Code::Conflict, "the Secret whose key was to be reused is gone"};
  return next_key_of(*target, parts_.settings.pem);
}

Result<std::shared_ptr<const pki::PrivateKey>> ActionExecutor::next_key(const std::string& name) {
  const auto key = key_named(name);
  if (const auto meta = parts_.secrets.find(key)) {
    if (auto kept = parts_.next_keys.find(key, meta->version)) return kept;
  }
  const auto secret = TRY(read_secret(key));
  if (!secret)
    return Error{Code::Conflict, "the Secret " + kube::quoted(name) + " with the next key is gone"};
  auto parsed = TRY(next_key_of(*secret, parts_.settings.pem));
  return std::make_shared<const pki::PrivateKey>(std::move(parsed));
}

Result<std::optional<api::Secret>> ActionExecutor::read_secret(const kube::ObjectKey& key) {
  const auto json = parts_.reader.get(api::kSecrets, key);
  if (!json && json.error().code == Code::NotFound) return std::optional<api::Secret>{};
  if (!json) return json.error();
  return std::optional(TRY(api::decode_secret(*json)));
}

// The target Secret as it is, if it is still the one that the cache knows: what was decided on older news may
// not overwrite what another controller has stored since.
Result<std::optional<api::Secret>> ActionExecutor::read_target() {
  const auto key = key_named(certificate_.spec.secret_name);
  const auto meta = parts_.secrets.find(key);
  if (!meta) return std::optional<api::Secret>{};
  auto secret = TRY(read_secret(key));
  const auto version = secret ? watch::version_number(secret->metadata.resource_version) : 0;
  if (version != meta->version) {
    return Error{Code::Conflict, "the Secret " + kube::quoted(key.name) + " has changed meanwhile"};
  }
  return secret;
}

// The key of that Secret with that certificate; nothing is written if it is there already, as after a crash.
Result<std::optional<ActionExecutor::WrittenTarget>> ActionExecutor::store_pair(const std::string& key_secret,
                                                                                TargetContent content) {
  const auto key = TRY(next_key(key_secret));
  const auto pem = TRY(key->to_pem(issuance::key_encoding(certificate_.spec)));
  content.key_pem = std::string(pem.reveal());
  const auto existing = TRY(read_target());
  const auto wanted = TRY(target_of(existing, std::move(content)));
  if (existing && has_all_of(*existing, wanted)) return std::optional<WrittenTarget>{};
  return std::optional(TRY(store_target(wanted)));
}

Result<api::Secret> ActionExecutor::target_of(const std::optional<api::Secret>& existing,
                                              TargetContent content) {
  // It may have come up only now.
  if (const auto type = existing ? foreign_type_of(*existing) : std::string(); !type.empty()) {
    return Error{Code::Invalid, foreign_secret_text(existing->metadata.name, type)};
  }
  content.keystores = TRY(keystores(content));
  return target_secret(existing, content, certificate_, parts_.settings);
}

Result<ActionExecutor::WrittenTarget> ActionExecutor::store_target(const api::Secret& wanted) {
  WrittenTarget written{.sent = api::encode(wanted), .stored = {}};
  written.stored = TRY(parts_.writer.apply(api::kSecrets, written.sent, kAsIssuing));
  return written;
}

Result<Keystores> ActionExecutor::keystores(const TargetContent& content) {
  if (!wants_keystores(certificate_.spec)) return Keystores{};
  auto made = keystores_of(content);
  if (made) return made;
  const auto& error = made.error();
  if (error.code == Code::NotFound) {
    TRY(execute(announce(runtime::EventType::Warning, kEventKeystorePasswordMissing, error.message)));
  } else if (error.code == Code::Invalid) {
    TRY(execute(announce(runtime::EventType::Warning, kEventKeystoreFailed, error.message)));
  }
  return made;
}

Result<Keystores> ActionExecutor::keystores_of(const TargetContent& content) {
  const auto passwords = TRY(read_passwords(
      certificate_.spec, [this](const std::string& name) { return read_secret(key_named(name)); }));
  return make_keystores(certificate_.spec, {content.key_pem, content.chain_pem, content.ca_pem}, passwords,
                        now_, parts_.settings.pem);
}

// Spares the next pass from reading what was just written, unless something on the way changed it.
void ActionExecutor::remember_target(const WrittenTarget& written, const SecretFacts& facts) {
  const auto stored = written.stored.find("data");
  if (stored == written.stored.end() || *stored != written.sent.at("data")) return;
  auto target = std::make_shared<KnownTarget>();
  target->certificate_uid = stable_hash(certificate_.metadata.uid);
  target->generation = certificate_.metadata.generation;
  target->facts = facts;
  const auto seen = watch::version_of(written.stored);
  parts_.targets.keep(seen.key, seen.version, std::move(target));
}

}  // namespace cw::controller::certificates
