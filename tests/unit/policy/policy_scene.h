// A request, policies and a cluster for tests of lib/policy, from short JSON.
//
// Request: {"namespace", "name", "user", "groups", "issuer": {"name","kind","group"}, "commonName" (one or
// several), "dnsNames", "ipAddresses", "uris", "emailAddresses", "organizations" and the like, "attributes":
// [[oid, text or null]], "otherNames": [[oid, value…]], "unnameable": [field…], "isCA", "usages", "duration",
// "key": [algorithm, size]}.
// Policy: {"name", "ready": true, false or null, "mode", and the members of spec}; its selector takes
// everything if it has none.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/policy/decide.h"

namespace cw::test {

using Json = nlohmann::json;

Json read_policy_cases(const std::string& file);  // below tests/data/policy
policy::RequestView request_of(const Json&);
api::CertificateRequestPolicy policy_object(const Json&);
policy::PolicyPointer policy_of(const Json&);
std::vector<policy::PolicyPointer> policies_of(const std::vector<Json>& list);
// Sorted, each once.
std::vector<std::string> fields_of(const std::vector<policy::Failure>&);

// Counts what it is asked.
class SceneWorld final : public policy::World {
 public:
  std::vector<policy::PolicyPointer> policies() const override { return all; }
  Result<std::optional<kube::Map>> namespace_labels(const std::string& name) const override;
  Result<std::optional<kube::Map>> issuer_annotations(const api::IssuerReference&,
                                                      const std::string& name_space) const override;
  Result<bool> may_use(const kube::UserInfo&, const std::string& policy,
                       const std::string& name_space) const override;
  std::vector<Result<bool>> may_use_each(const kube::UserInfo&, std::span<const std::string> policies,
                                         const std::string& name_space) const override;
  bool probably_may_use(const kube::UserInfo&, const std::string& policy,
                        const std::string& name_space) const override;

  std::vector<policy::PolicyPointer> all;
  std::map<std::string, kube::Map> namespaces{{"team", {}}};
  bool namespaces_known = true;
  std::optional<kube::Map> guard;  // annotations of any issuer
  bool issuers_known = true;
  bool everybody = true;          // may use everything; otherwise:
  std::set<std::string> bound;    // policies
  std::set<std::string> guessed;  // policies that a binding seems to grant; empty: as bound
  std::set<std::string> failing;  // policies for which nobody answers
  mutable std::vector<std::string> asked;
  mutable int labels_asked = 0;
};

}  // namespace cw::test
