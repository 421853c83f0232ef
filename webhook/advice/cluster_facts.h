// ClusterFacts: Facts from watch caches. Issuers are kept whole, of Certificates and Secrets only what is
// asked for. What there is no right to read, or no CRD for, stays Unknown and is asked for again every few
// minutes. The first look-up works before anything was read: then all is Unknown. Owns its threads.
// Thread-safe but for start and stop.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "lib/base/clock.h"
#include "lib/kube/client.h"
#include "webhook/advice/facts.h"

namespace cw::webhook {

struct ClusterFactsOptions {
  std::string cluster_resource_namespace = "cert-manager";        // where the Secrets of ClusterIssuers are
  std::chrono::milliseconds ask_again = std::chrono::minutes(2);  // for a right that was missing
  std::chrono::seconds ca_refresh = std::chrono::minutes(5);
};

// Every answer is at most so long.
inline constexpr std::size_t kMaxFacts = 16;

class ClusterFacts final : public Facts {
 public:
  // The reader and the clock must outlive this.
  ClusterFacts(const kube::KubeReader&, ClusterFactsOptions, const Clock&);
  ClusterFacts(const ClusterFacts&) = delete;
  ClusterFacts& operator=(const ClusterFacts&) = delete;
  ~ClusterFacts() override;

  // Once. Returns at once; the caches fill meanwhile.
  void start();
  // Returns when no thread is left.
  void stop();
  // All that can be known is. A resource that may not be read never is.
  bool synced() const;

  bool knows_certificates() const override;
  std::string_view cluster_resource_namespace() const override;
  IssuerFact issuer(const kube::ObjectKey&) const override;
  std::vector<std::string> namespaces_with_issuer(std::string_view name, std::size_t limit) const override;
  // Of these two the answer holds the Certificate that is asked for too, if it is stored.
  std::vector<std::string> certificates_of_secret(const kube::ObjectKey& secret) const override;
  std::vector<kube::ObjectKey> certificates_with_names(std::string_view names_key) const override;
  SecretFact secret(const kube::ObjectKey&) const override;
  std::vector<kube::ObjectKey> issuers_of_ca_secret(const kube::ObjectKey& secret) const override;
  std::optional<pki::Certificate> ca_certificate(const kube::ObjectKey& issuer) const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cw::webhook
