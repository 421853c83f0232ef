#include "controller/renewal_info.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "controller/certificates/reasons.h"
#include "controller/issuers/issuer_type.h"
#include "lib/acme/renewal_info.h"
#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/api/secret.h"
#include "lib/base/stable_hash.h"
#include "lib/base/time_text.h"

namespace cw::controller {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kMaxKnown = 200'000;
constexpr std::string_view kAri = "ARI";
// Let's Encrypt's integration guide: after a failure, ask again later and later.
constexpr std::array<seconds, 4> kRetries{minutes(1), minutes(10), minutes(100), hours(24)};

// A tenth more or less, so that what was issued together does not ask together.
seconds with_jitter(seconds base, const api::Certificate& certificate, TimePoint now) {
  const auto seed = certificate.metadata.uid + format_time(now);
  const auto spread = static_cast<std::uint64_t>(base.count()) / 5 + 1;
  return base - base / 10 + seconds(stable_hash(seed) % spread);
}

bool asks_for_information(const api::AcmeIssuer& issuer) {
  return issuer.renewal_information_source.empty() || issuer.renewal_information_source == kAri;
}

std::string annotation(const api::Secret& secret, std::string_view name) {
  return secret.metadata.annotations.get(name);
}

bool is_issued_by(const api::Secret& secret, const api::IssuerReference& issuer) {
  return api::same_issuer({.name = annotation(secret, api::kIssuerNameAnnotation),
                           .kind = annotation(secret, api::kIssuerKindAnnotation),
                           .group = annotation(secret, api::kIssuerGroupAnnotation)},
                          issuer);
}

issuers::IssuerPointer acme_issuer_of(const api::Certificate& certificate,
                                      const issuers::IssuerDirectory& directory) {
  const auto& reference = certificate.spec.issuer_ref;
  if (!api::is_built_in_group(reference)) return nullptr;
  const auto issuer = directory.find(reference, certificate.metadata.name_space);
  if (!issuer || issuers::type_of((*issuer)->spec) != issuers::IssuerType::Acme) return nullptr;
  return *issuer;
}

}  // namespace

std::optional<certificates::AcmeRenewal> RenewalInfoSource::find(const api::Certificate& certificate) const {
  const auto issuer = acme_issuer_of(certificate, parts_.directory);
  if (!issuer) return std::nullopt;
  certificates::AcmeRenewal renewal{.asks = parts_.enabled && asks_for_information(*issuer->spec.acme)};
  const std::scoped_lock lock(mutex_);
  const auto known = known_.find(kube::key_of(certificate.metadata));
  if (known != known_.end()) renewal.news = known->second.news;
  return renewal;
}

Result<bool> RenewalInfoSource::ask(const kube::ObjectKey& key) {
  const auto certificate = parts_.certificates.find(key);
  if (!certificate) return false;
  const auto issuer = acme_issuer_of(*certificate, parts_.directory);
  if (!issuer) return false;
  const auto client = parts_.clients.find(issuer->metadata.uid);
  if (!client) return Error{Code::Unavailable, "the issuer has no ACME account yet"};
  const auto leaf = TRY(read_certificate(*certificate));
  if (!leaf) return false;
  const auto id = ::cw::acme::certificate_id(*leaf);
  if (!id) return false;
  const auto answer = client->get_renewal_info(*id);
  const auto now = parts_.clock.now();
  Known known{.news = {.not_before = leaf->not_before(), .info = std::nullopt}};
  const std::scoped_lock lock(mutex_);
  if (answer) {
    known.news.info = api::CertificateAcmeRenewalInfo{
        .suggested_window = api::AcmeRenewalWindow{answer->start, answer->end},
        .explanation_url = answer->explanation_url,
        .last_checked = now,
        .next_check =
            now + with_jitter(::cw::acme::renewal_info_interval(answer->retry_after), *certificate, now),
        .last_error = {}};
  } else if (answer.error().kind != ::cw::acme::Failure::Kind::Unsupported) {
    const auto before = known_.find(key);
    known.failures = before != known_.end() ? before->second.failures + 1 : 1;
    known.news.info = failed(*certificate, answer.error(), known.failures);
    parts_.events.record(runtime::subject_of(api::kCertificates, certificate->metadata),
                         {runtime::EventType::Warning, "ARIError", answer.error().message});
  }
  if (known_.size() >= kMaxKnown) known_.clear();
  known_.insert_or_assign(key, std::move(known));
  return true;
}

void RenewalInfoSource::forget(const kube::ObjectKey& certificate) {
  const std::scoped_lock lock(mutex_);
  known_.erase(certificate);
}

std::string RenewalInfoSource::replaced_certificate(const api::Certificate& certificate) const {
  const auto issuer = acme_issuer_of(certificate, parts_.directory);
  if (!issuer || !parts_.enabled || !asks_for_information(*issuer->spec.acme)) return {};
  const auto leaf = read_certificate(certificate);
  if (!leaf || !*leaf) return {};
  const auto id = ::cw::acme::certificate_id(**leaf);
  return id ? *id : std::string();
}

// What was known before stays: a server that fails once has not changed its mind.
api::CertificateAcmeRenewalInfo RenewalInfoSource::failed(const api::Certificate& certificate,
                                                          const ::cw::acme::Failure& failure,
                                                          unsigned failures) const {
  api::CertificateAcmeRenewalInfo info;
  if (certificate.status.acme && certificate.status.acme->ari) info = *certificate.status.acme->ari;
  const auto now = parts_.clock.now();
  const auto wait = kRetries.at(std::min<std::size_t>(failures, kRetries.size()) - 1);
  info.last_checked = now;
  info.next_check =
      now + std::max(with_jitter(wait, certificate, now), failure.retry_after.value_or(seconds(0)));
  info.last_error = failure.message;
  return info;
}

Result<std::optional<pki::Certificate>> RenewalInfoSource::read_certificate(
    const api::Certificate& certificate) const {
  using Found = std::optional<pki::Certificate>;
  const auto json =
      parts_.reader.get(api::kSecrets, {certificate.metadata.name_space, certificate.spec.secret_name});
  if (!json && json.error().code == Code::NotFound) return Found{};
  if (!json) return json.error();
  const auto secret = TRY(api::decode_secret(*json));
  if (!is_issued_by(secret, certificate.spec.issuer_ref)) return Found{};
  const auto* pem = secret.data.find(api::kTlsCertificateKey);
  if (pem == nullptr) return Found{};
  auto chain = pki::Certificate::parse_chain(pem->text(), parts_.limits);
  if (!chain || chain->empty()) return Found{};
  return Found(chain->front());
}

}  // namespace cw::controller
