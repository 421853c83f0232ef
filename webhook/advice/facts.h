// Facts: what advice may know of the cluster. Every look-up answers from memory, at once, and never asks the
// API server; what is not known (no cluster, a cache that has not synced, no right to read) is Unknown, and
// then nothing is said about it. Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/api/issuer.h"
#include "lib/kube/resource.h"
#include "lib/pki/certificate.h"

namespace cw::webhook {

enum class Known { Unknown, Absent, Present };

struct IssuerFact {
  Known known = Known::Unknown;
  std::shared_ptr<const api::Issuer> issuer;  // if Present; a ClusterIssuer too, they differ in nothing else
};

struct SecretFact {
  Known known = Known::Unknown;
  // The Certificate whose Secret it is by cert-manager.io/certificate-name; empty: nobody's that we know.
  std::string certificate_name;
};

class Facts {
 public:
  Facts() = default;
  Facts(const Facts&) = delete;
  Facts& operator=(const Facts&) = delete;
  virtual ~Facts() = default;

  // Whether certificates_with_names can say anything: its key costs something to make.
  virtual bool knows_certificates() const { return true; }
  // Where Secrets of ClusterIssuers are; empty: not known.
  virtual std::string_view cluster_resource_namespace() const { return {}; }
  // Empty namespace: the ClusterIssuer.
  virtual IssuerFact issuer(const kube::ObjectKey&) const = 0;
  // Namespaces that have an Issuer of that name, at most `limit`, in order; empty also if that is not known.
  virtual std::vector<std::string> namespaces_with_issuer(std::string_view name, std::size_t limit) const = 0;
  // Other Certificates of the namespace with that secretName; names, in order.
  virtual std::vector<std::string> certificates_of_secret(const kube::ObjectKey& secret) const = 0;
  // Other Certificates anywhere that ask the same issuer for the same set of names (names_key).
  virtual std::vector<kube::ObjectKey> certificates_with_names(std::string_view names_key) const = 0;
  virtual SecretFact secret(const kube::ObjectKey&) const = 0;
  // The Issuers (namespace empty: ClusterIssuers) whose CA is kept in that Secret.
  virtual std::vector<kube::ObjectKey> issuers_of_ca_secret(const kube::ObjectKey& secret) const = 0;
  // The CA certificate that a CA issuer signs with; nullopt: not known (yet).
  virtual std::optional<pki::Certificate> ca_certificate(const kube::ObjectKey& issuer) const = 0;
};

// Nothing is known: for standalone files and for a webhook without an API server.
class NoFacts final : public Facts {
 public:
  bool knows_certificates() const override { return false; }
  IssuerFact issuer(const kube::ObjectKey&) const override { return {}; }
  std::vector<std::string> namespaces_with_issuer(std::string_view, std::size_t) const override { return {}; }
  std::vector<std::string> certificates_of_secret(const kube::ObjectKey&) const override { return {}; }
  std::vector<kube::ObjectKey> certificates_with_names(std::string_view) const override { return {}; }
  SecretFact secret(const kube::ObjectKey&) const override { return {}; }
  std::vector<kube::ObjectKey> issuers_of_ca_secret(const kube::ObjectKey&) const override { return {}; }
  std::optional<pki::Certificate> ca_certificate(const kube::ObjectKey&) const override {
    return std::nullopt;
  }
};

}  // namespace cw::webhook
