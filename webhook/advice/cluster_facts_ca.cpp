#include "webhook/advice/cluster_facts_ca.h"

#include <algorithm>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/base/encoding.h"
#include "lib/base/log.h"
#include "lib/base/pause.h"
#include "lib/base/secret.h"

namespace cw::webhook {
namespace {

constexpr std::chrono::seconds kLookEvery{10};
constexpr std::chrono::seconds kRetryAfter{30};
// Changes that come in a rush are read together, so nobody makes us read without end.
constexpr std::chrono::milliseconds kGather{200};

std::optional<std::string> encoded_certificate(kube::Json& secret) {
  if (!secret.is_object()) return std::nullopt;
  const auto data = secret.find("data");
  if (data == secret.end() || !data->is_object()) return std::nullopt;
  std::optional<std::string> found;
  for (auto& [key, value] : data->items()) {
    if (!value.is_string()) continue;
    auto& text = value.get_ref<std::string&>();
    if (key == api::kTlsCertificateKey) found = text;
    wipe(text);
  }
  return found;
}

}  // namespace

CaCertificates::CaCertificates(const kube::KubeReader& reader, const Clock& clock,
                               std::chrono::seconds refresh, InUse in_use)
    : reader_(reader), clock_(clock), refresh_(refresh), in_use_(std::move(in_use)) {}

void CaCertificates::expect(const kube::ObjectKey& secret) {
  const std::scoped_lock lock(mutex_);
  if (entries_.size() >= kMaxSecrets && !entries_.contains(secret)) return;
  Entry& entry = entries_[secret];
  entry.due = clock_.now();
  entry.changed = true;
  pending_ = true;
  changed_.notify_all();
}

void CaCertificates::secret_changed(const kube::ObjectKey& secret) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(secret);
  if (found == entries_.end()) return;
  found->second.due = clock_.now();
  found->second.changed = true;
  pending_ = true;
  changed_.notify_all();
}

std::optional<pki::Certificate> CaCertificates::find(const kube::ObjectKey& secret) const {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(secret);
  return found == entries_.end() ? std::nullopt : found->second.certificate;
}

void CaCertificates::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    read_due();
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop, kLookEvery, [this] { return pending_; });
    }
    if (!pause(stop, kGather)) return;
  }
}

void CaCertificates::read_due() {
  for (const auto& secret : take_due()) {
    if (in_use_(secret)) {
      keep(secret, read(secret));
    } else {
      forget(secret);
    }
  }
}

std::vector<kube::ObjectKey> CaCertificates::take_due() {
  const std::scoped_lock lock(mutex_);
  pending_ = false;
  std::vector<kube::ObjectKey> due;
  for (auto& [secret, entry] : entries_) {
    if (entry.due > clock_.now()) continue;
    entry.changed = false;
    due.push_back(secret);
  }
  return due;
}

Result<pki::Certificate> CaCertificates::read(const kube::ObjectKey& secret) const {
  kube::Json json = TRY(reader_.get(api::kSecrets, secret));
  const auto encoded = encoded_certificate(json);
  if (!encoded) return Error{Code::NotFound, "it has no tls.crt"};
  const auto pem = decode_base64(*encoded);
  if (!pem) return Error{Code::Invalid, "tls.crt is not base64"};
  return pki::Certificate::parse_pem(*pem);
}

void CaCertificates::keep(const kube::ObjectKey& secret, Result<pki::Certificate> read) {
  if (!read && read.error().code == Code::Forbidden) note_refusal(read.error());
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(secret);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  // A server that cannot be reached says nothing about the certificate.
  const bool unreachable = !read && read.error().code == Code::Unavailable;
  if (!unreachable) {
    entry.certificate = read ? std::optional(std::move(read).value()) : std::nullopt;
  }
  if (!entry.changed) entry.due = clock_.now() + (unreachable ? std::min(kRetryAfter, refresh_) : refresh_);
}

void CaCertificates::forget(const kube::ObjectKey& secret) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(secret);
  if (found != entries_.end() && !found->second.changed) entries_.erase(found);
}

void CaCertificates::note_refusal(const Error& error) {
  if (std::exchange(told_refusal_, true)) return;
  log::info("the Secrets of CA issuers may not be read; what depends on their certificates is left out",
            {{"error", error.message}});
}

}  // namespace cw::webhook
