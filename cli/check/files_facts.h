// FilesFacts: what the manifests of one run say of each other, as facts for advice. A cluster may hold more
// than the files, so nothing is Absent for being missing from them; only an issuer that the files have under
// another kind, or in another namespace, is. Issuers of files count as Ready unless they say otherwise.
// Filled by one thread; then thread-safe.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lib/api/references.h"
#include "lib/kube/json.h"
#include "webhook/advice/facts.h"

namespace cw::cli::check {

class FilesFacts final : public webhook::Facts {
 public:
  FilesFacts(std::string name_space, std::string cluster_resource_namespace)
      : name_space_(std::move(name_space)), cluster_namespace_(std::move(cluster_resource_namespace)) {}

  // Of any kind; what cannot be decoded is passed over.
  void add(const kube::Json& object);

  std::string_view cluster_resource_namespace() const override { return cluster_namespace_; }
  webhook::IssuerFact issuer(const kube::ObjectKey&) const override;
  std::vector<std::string> namespaces_with_issuer(std::string_view name, std::size_t limit) const override;
  std::vector<std::string> certificates_of_secret(const kube::ObjectKey& secret) const override;
  std::vector<kube::ObjectKey> certificates_with_names(std::string_view names_key) const override;
  webhook::SecretFact secret(const kube::ObjectKey&) const override;
  std::vector<kube::ObjectKey> issuers_of_ca_secret(const kube::ObjectKey& secret) const override;
  std::optional<pki::Certificate> ca_certificate(const kube::ObjectKey& issuer) const override;

 private:
  struct SecretEntry {
    std::string certificate_name;
    std::optional<pki::Certificate> certificate;
  };

  void add_certificate(const kube::Json&);
  void add_request(const kube::Json&);
  void add_issuer(api::Issuer);
  void add_secret(const kube::Json&);
  void note_reference(const std::string& name_space, const api::IssuerReference&);
  std::string namespace_or_default(const std::string& name_space) const;
  bool is_elsewhere(const kube::ObjectKey& issuer) const;
  kube::ObjectKey ca_secret_of(const kube::ObjectKey& issuer, const std::string& name) const;

  std::string name_space_;
  std::string cluster_namespace_;
  std::map<kube::ObjectKey, std::shared_ptr<const api::Issuer>> issuers_;
  std::map<std::string, std::set<std::string>, std::less<>> issuer_namespaces_;  // by name
  // Namespaces of those that name a ClusterIssuer, by its name.
  std::map<std::string, std::set<std::string>, std::less<>> referrers_;
  std::map<kube::ObjectKey, std::set<kube::ObjectKey>> issuers_of_ca_secret_;
  std::map<kube::ObjectKey, std::set<std::string>> certificates_of_secret_;
  std::map<std::string, std::set<kube::ObjectKey>, std::less<>> certificates_with_names_;
  std::map<kube::ObjectKey, SecretEntry> secrets_;
};

}  // namespace cw::cli::check
