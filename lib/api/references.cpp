#include "lib/api/references.h"

#include "lib/api/names.h"

namespace cw::api {

std::string_view issuer_kind(const IssuerReference& ref) {
  return ref.kind.empty() ? kIssuerKind : std::string_view(ref.kind);
}

std::string_view issuer_group(const IssuerReference& ref) {
  return ref.group.empty() ? kGroup : std::string_view(ref.group);
}

kube::ObjectKey issuer_key(const IssuerReference& ref, const std::string& name_space) {
  return {issuer_kind(ref) == kClusterIssuerKind ? std::string() : name_space, ref.name};
}

bool same_issuer(const IssuerReference& a, const IssuerReference& b) {
  return a.name == b.name && issuer_kind(a) == issuer_kind(b) && issuer_group(a) == issuer_group(b);
}

bool is_built_in_group(const IssuerReference& ref) { return issuer_group(ref) == kGroup; }

}  // namespace cw::api
