#include "webhook/advice/cluster_facts.h"

#include <algorithm>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/api/resources.h"
#include "lib/watch/watch_cache.h"
#include "webhook/advice/cluster_facts_ca.h"
#include "webhook/advice/cluster_facts_certificates.h"
#include "webhook/advice/cluster_facts_secrets.h"

namespace cw::webhook {
namespace {

using IssuerCache = watch::WatchCache<api::Issuer>;
using IssuerPointer = IssuerCache::Pointer;

// A ClusterIssuer differs from an Issuer in nothing but its scope. The overload is named, for the other one
// wants simdjson.
constexpr Result<api::Issuer> (*kDecode)(const kube::Json&) = api::decode_issuer;

std::vector<std::string> name_of(const api::Issuer& issuer) { return {issuer.metadata.name}; }

std::vector<std::string> ca_secret_of(const api::Issuer& issuer) {
  if (!issuer.spec.ca || issuer.spec.ca->secret_name.empty()) return {};
  return {issuer.spec.ca->secret_name};
}

// The index of Issuers by Secret is over all namespaces: a name cannot contain the slash.
std::vector<std::string> ca_secret_in_namespace_of(const api::Issuer& issuer) {
  auto names = ca_secret_of(issuer);
  for (auto& name : names) name.insert(0, issuer.metadata.name_space + "/");
  return names;
}

}  // namespace

struct ClusterFacts::Impl {
  Impl(const kube::KubeReader& reader, ClusterFactsOptions given, const Clock& clock)
      : options(std::move(given)),
        issuers(reader, api::kIssuers, {}, kDecode, {options.ask_again}),
        cluster_issuers(reader, api::kClusterIssuers, {}, kDecode, {options.ask_again}),
        certificates(reader, {options.ask_again}),
        secrets(reader, {options.ask_again},
                [this](const kube::ObjectKey& secret) { ca_certificates.secret_changed(secret); }),
        ca_certificates(reader, clock, options.ca_refresh,
                        [this](const kube::ObjectKey& secret) { return !users_of(secret).empty(); }),
        by_name(issuers.objects().add_index(name_of)),
        by_secret(issuers.objects().add_index(ca_secret_in_namespace_of)),
        cluster_by_secret(cluster_issuers.objects().add_index(ca_secret_of)) {
    const auto changed = [this](const kube::ObjectKey&, const IssuerPointer&, const IssuerPointer& after) {
      if (const auto secret = after ? ca_secret(*after) : std::nullopt) ca_certificates.expect(*secret);
    };
    issuers.objects().on_change(changed);
    cluster_issuers.objects().on_change(changed);
  }

  const IssuerCache& cache_of(const kube::ObjectKey& issuer) const {
    return issuer.name_space.empty() ? cluster_issuers : issuers;
  }

  std::optional<kube::ObjectKey> ca_secret(const api::Issuer& issuer) const {
    if (!issuer.spec.ca || issuer.spec.ca->secret_name.empty()) return std::nullopt;
    const std::string& own = issuer.metadata.name_space;
    return kube::ObjectKey{own.empty() ? options.cluster_resource_namespace : own,
                           issuer.spec.ca->secret_name};
  }

  std::vector<kube::ObjectKey> users_of(const kube::ObjectKey& secret) const {
    std::vector<kube::ObjectKey> users;
    const auto note = [&users](const auto& found) {
      for (const auto& [key, issuer] : found) users.push_back(key);
    };
    if (secret.name_space == options.cluster_resource_namespace) {
      note(cluster_issuers.objects().find_by(cluster_by_secret, secret.name, kMaxFacts));
    }
    note(issuers.objects().find_by(by_secret, secret.name_space + "/" + secret.name,
                                   kMaxFacts - users.size()));
    return users;
  }

  const ClusterFactsOptions options;
  IssuerCache issuers;
  IssuerCache cluster_issuers;
  CertificateIndex certificates;
  SecretIndex secrets;
  CaCertificates ca_certificates;
  watch::ObjectCache<api::Issuer>::Index by_name;
  watch::ObjectCache<api::Issuer>::Index by_secret;
  watch::ObjectCache<api::Issuer>::Index cluster_by_secret;
  std::vector<std::jthread> threads;  // last: they end before what they use
};

ClusterFacts::ClusterFacts(const kube::KubeReader& reader, ClusterFactsOptions options, const Clock& clock)
    : impl_(std::make_unique<Impl>(reader, std::move(options), clock)) {}

ClusterFacts::~ClusterFacts() { stop(); }

void ClusterFacts::start() {
  const auto follow = [this](auto& what) {
    impl_->threads.emplace_back([&what](const std::stop_token& stop) { what.run(stop); });
  };
  follow(impl_->issuers);
  follow(impl_->cluster_issuers);
  follow(impl_->certificates);
  follow(impl_->secrets);
  follow(impl_->ca_certificates);
}

void ClusterFacts::stop() {
  for (auto& thread : impl_->threads) thread.request_stop();
  impl_->threads.clear();
}

bool ClusterFacts::synced() const {
  return impl_->issuers.synced() && impl_->cluster_issuers.synced() && impl_->certificates.synced() &&
         impl_->secrets.synced();
}

bool ClusterFacts::knows_certificates() const { return impl_->certificates.synced(); }

std::string_view ClusterFacts::cluster_resource_namespace() const {
  return impl_->options.cluster_resource_namespace;
}

IssuerFact ClusterFacts::issuer(const kube::ObjectKey& key) const {
  const IssuerCache& cache = impl_->cache_of(key);
  if (!cache.synced()) return {};
  if (auto found = cache.objects().find(key)) return {Known::Present, std::move(found)};
  return {cache.objects().unreadable(key) ? Known::Unknown : Known::Absent, nullptr};
}

std::vector<std::string> ClusterFacts::namespaces_with_issuer(std::string_view name,
                                                              std::size_t limit) const {
  if (!impl_->issuers.synced()) return {};
  std::vector<std::string> namespaces;
  for (const auto& [key, issuer] :
       impl_->issuers.objects().find_by(impl_->by_name, std::string(name), std::min(limit, kMaxFacts))) {
    namespaces.push_back(key.name_space);
  }
  return namespaces;
}

std::vector<std::string> ClusterFacts::certificates_of_secret(const kube::ObjectKey& secret) const {
  if (!impl_->certificates.synced()) return {};
  return impl_->certificates.with_secret(secret, kMaxFacts);
}

std::vector<kube::ObjectKey> ClusterFacts::certificates_with_names(std::string_view names_key) const {
  if (!impl_->certificates.synced()) return {};
  return impl_->certificates.with_names(names_key, kMaxFacts);
}

SecretFact ClusterFacts::secret(const kube::ObjectKey& key) const {
  if (!impl_->secrets.synced()) return {};
  auto certificate = impl_->secrets.certificate_of(key);
  if (!certificate) return {Known::Absent, {}};
  return {Known::Present, std::move(*certificate)};
}

std::vector<kube::ObjectKey> ClusterFacts::issuers_of_ca_secret(const kube::ObjectKey& secret) const {
  return impl_->users_of(secret);
}

std::optional<pki::Certificate> ClusterFacts::ca_certificate(const kube::ObjectKey& issuer) const {
  const auto found = this->issuer(issuer);
  if (!found.issuer) return std::nullopt;
  const auto secret = impl_->ca_secret(*found.issuer);
  return secret ? impl_->ca_certificates.find(*secret) : std::nullopt;
}

}  // namespace cw::webhook
