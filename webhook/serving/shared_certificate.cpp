#include "webhook/serving/shared_certificate.h"

#include <algorithm>

#include "lib/api/resources.h"
#include "lib/base/log.h"

namespace cw::webhook {
namespace {

constexpr std::chrono::seconds kLookEvery{10};
constexpr std::chrono::seconds kLookSoon{1};

// Whether it means "try again" rather than "you may not know".
bool is_passing(const std::optional<Error>& failure) {
  return failure && failure->code != Code::Forbidden && failure->code != Code::NotFound;
}

}  // namespace

Status SharedCertificate::show(std::shared_ptr<const pki::KeyPair> ca) {
  TRY(leaf_.show(*ca));
  if (!shown_ || shown_->certificate != ca->certificate) shown_trusted_since_.reset();
  shown_ = std::move(ca);
  return Done{};
}

void SharedCertificate::adopt(pki::KeyPair stored) {
  // One that is exchanged before its leaves were shown starts the wait anew.
  if (stored_ && stored_->certificate != stored.certificate) next_trusted_since_.reset();
  stored_ = std::make_shared<const pki::KeyPair>(std::move(stored));
}

TrustReport SharedCertificate::keep_bundle() {
  if (!configurations_) return {};
  WantedBundle wanted;
  wanted.required = {stored_->certificate};
  wanted.now = clock_.now();
  wanted.overlap = std::max<std::chrono::seconds>(settings_.leaf_lifetime, kLeastOverlap);
  const bool is_old = shown_->certificate != stored_->certificate;
  if (is_old && wanted.now < shown_->certificate.not_after()) wanted.required.push_back(shown_->certificate);
  return configurations_->keep(wanted);
}

bool SharedCertificate::is_time_to_exchange(const TrustReport& report) {
  const TimePoint now = clock_.now();
  if (shown_->certificate.not_after() <= now) return true;
  if (is_passing(report.failure)) return false;
  if (report.webhooks > 0) {
    if (!report.trusts(stored_->certificate)) {
      next_trusted_since_.reset();
      return false;
    }
    if (!report.trusts(shown_->certificate)) return true;  // somebody has exchanged the bundle
  }
  const TimePoint since = next_trusted_since_.value_or(now);
  next_trusted_since_ = since;
  return now - since >= settings_.settle;
}

Status SharedCertificate::exchange(const TrustReport& report) {
  if (shown_->certificate == stored_->certificate) {
    next_trusted_since_.reset();
    return Done{};
  }
  if (!is_time_to_exchange(report)) return Done{};
  next_trusted_since_.reset();
  log::info("serving certificates come from the new CA from now on", {{"secret", describe()}});
  return show(stored_);
}

void SharedCertificate::judge_trust(const TrustReport& report) {
  if (is_passing(report.failure)) {
    if (report.webhooks == 0 && !shown_trusted_since_) trust_.store(Trust::Missing);
    return;
  }
  if (!report.trusts(shown_->certificate)) {
    shown_trusted_since_.reset();
    trust_.store(report.webhooks == 0 ? Trust::Unknown : Trust::Missing);
    return;
  }
  const TimePoint since = shown_trusted_since_.value_or(clock_.now());
  shown_trusted_since_ = since;
  trust_.store(clock_.now() - since >= kNoticed ? Trust::Settled : Trust::Fresh);
}

Status SharedCertificate::refresh() {
  Result<pki::KeyPair> stored = authority_.ensure();
  if (stored) adopt(*stored);
  if (!stored_) return std::move(stored).error();
  if (!shown_) TRY(show(stored_));
  const TrustReport report = keep_bundle();
  TRY(exchange(report));
  if (clock_.now() >= leaf_.due()) TRY(show(shown_));
  judge_trust(report);
  if (!stored) return std::move(stored).error();
  if (report.failure && is_passing(report.failure)) return *report.failure;
  return Done{};
}

std::chrono::seconds SharedCertificate::rest() const {
  const bool settles = trust_.load() == Trust::Fresh || trust_.load() == Trust::Missing;
  const bool exchanges = stored_ && shown_ && shown_->certificate != stored_->certificate;
  if (settles || exchanges) return kLookSoon;
  return std::clamp(leaf_.due() - clock_.now(), kLookSoon, kLookEvery);
}

std::vector<Followed> SharedCertificate::followed() const {
  auto all = configurations_ ? configurations_->followed() : std::vector<Followed>();
  kube::ListOptions secret;
  secret.name_space = settings_.secret.name_space;
  secret.field_selector = "metadata.name=" + settings_.secret.name;
  secret.metadata_only = true;
  all.push_back({api::kSecrets, secret});
  return all;
}

}  // namespace cw::webhook
