#include "tests/unit/explain/manifests.h"

#include <sstream>

#include <catch2/catch.hpp>

namespace cw::tests {

const char* const kSmallWorld = R"(
apiVersion: v1
kind: Namespace
metadata: {name: team-a, labels: {team: a}}
---
apiVersion: policy.cert-manager.io/v1alpha1
kind: CertificateRequestPolicy
metadata: {name: names}
spec:
  allowed: {dnsNames: {values: ["*.example.com"]}}
  selector: {issuerRef: {}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: use-names}
rules:
- {apiGroups: [policy.cert-manager.io], resources: [certificaterequestpolicies], verbs: [use], resourceNames: [names]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: use-names}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: use-names}
subjects:
- {kind: ServiceAccount, name: cert-manager, namespace: cert-manager}
)";

std::vector<cli::explain::Manifest> manifests(const std::string& yaml) {
  std::istringstream in(yaml);
  auto read = cli::explain::read_manifests({"-"}, &in);
  if (!read) FAIL(read.error().message);
  return *std::move(read);
}

std::unique_ptr<cli::explain::OfflineWorld> world(const std::string& yaml) {
  auto made = cli::explain::OfflineWorld::from(manifests(yaml), "default");
  if (!made) FAIL(made.error().message);
  return *std::move(made);
}

kube::Json certificate(const std::string& dns_name) {
  cli::explain::CertificateWords words;
  words.issuer = "ClusterIssuer/corp";
  words.dns_names = {dns_name};
  auto made = cli::explain::certificate_of(words, "team-a");
  if (!made) FAIL(made.error().message);
  return *std::move(made);
}

}  // namespace cw::tests
