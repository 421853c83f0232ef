#include "webhook/rules/issuer_reference.h"

#include "lib/api/names.h"

namespace cw::webhook {
namespace {

bool is_our_kind(std::string_view kind) {
  return kind.empty() || kind == api::kIssuerKind || kind == api::kClusterIssuerKind;
}

}  // namespace

kube::FieldErrors issuer_name_is_given(const api::IssuerReference& ref, const kube::FieldPath& at) {
  if (!ref.name.empty()) return {};
  return {kube::required(at.child("name"), "name the Issuer or ClusterIssuer that is to sign")};
}

kube::FieldErrors issuer_kind_is_known(const api::IssuerReference& ref, const kube::FieldPath& at) {
  if (ref.group != api::kGroup || is_our_kind(ref.kind)) return {};
  return {kube::invalid(at.child("kind"), kube::quoted(ref.kind), "must be Issuer or ClusterIssuer")};
}

kube::FieldErrors default_issuer_kind_is_known(const api::IssuerReference& ref, const kube::FieldPath& at) {
  if (!ref.group.empty() || is_our_kind(ref.kind)) return {};
  return {kube::invalid(
      at.child("kind"), kube::quoted(ref.kind),
      "must be Issuer or ClusterIssuer; for an issuer of another group give issuerRef.group too")};
}

}  // namespace cw::webhook
