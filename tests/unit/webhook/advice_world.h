// The cluster that a case of tests/data/advice happens in, and what is advised there.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/api/certificate.h"
#include "tests/unit/webhook/admission_case.h"
#include "webhook/advice/advisor.h"

namespace cw::test {

// tests/data/advice/<name>.json
Json read_advice_file(const std::string& name);
std::vector<std::string> advice_file_names();

// Facts made of a case's "world". No world: nothing is known. CA certificates are signed anew for each world.
class World final : public webhook::Facts {
 public:
  World(const Json& world, TimePoint now);

  bool knows_certificates() const override { return known_; }
  std::string_view cluster_resource_namespace() const override { return cluster_resource_namespace_; }
  webhook::IssuerFact issuer(const kube::ObjectKey&) const override;
  std::vector<std::string> namespaces_with_issuer(std::string_view name, std::size_t limit) const override;
  std::vector<std::string> certificates_of_secret(const kube::ObjectKey&) const override;
  std::vector<kube::ObjectKey> certificates_with_names(std::string_view names_key) const override;
  webhook::SecretFact secret(const kube::ObjectKey&) const override;
  std::vector<kube::ObjectKey> issuers_of_ca_secret(const kube::ObjectKey&) const override;
  std::optional<pki::Certificate> ca_certificate(const kube::ObjectKey&) const override;

 private:
  bool known_;
  std::string cluster_resource_namespace_;
  std::map<kube::ObjectKey, std::shared_ptr<const api::Issuer>> issuers_;
  std::map<kube::ObjectKey, api::CertificateSpec> certificates_;
  std::map<kube::ObjectKey, std::string> secrets_;
  std::map<kube::ObjectKey, pki::Certificate> authorities_;
};

inline constexpr TimePoint kAdviceNow{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};

// The decision of the whole webhook on a case, in its world.
webhook::Verdict judge_advised(const Json& base, const Json& one_case, const webhook::Enforcement& enforced);

// "spec.dnsNames[0]" of the warnings and of the errors of one rule, in order.
std::vector<std::string> warned_paths(const webhook::Verdict&, const std::string& rule);
std::vector<std::string> refused_paths(const webhook::Verdict&, const std::string& rule);

}  // namespace cw::test
