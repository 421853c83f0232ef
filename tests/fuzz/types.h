// The types of the API server that fuzz inputs choose from by a letter. Owns the one catalog of the process.
#pragma once

#include <array>
#include <string_view>

#include "apiserver/type_catalog.h"
#include "apiserver/typed_decode.h"
#include "tests/fuzz/targets.h"

namespace cw::fuzz {

// 'a' is the first; all else, the last.
inline const apiserver::ValueType& type_of(char letter) {
  static const apiserver::TypeCatalog catalog;
  constexpr std::array<std::string_view, 9> kNames = {
      "io.k8s.api.core.v1.Namespace",
      "io.k8s.api.core.v1.Secret",
      "io.k8s.api.core.v1.ConfigMap",
      "io.k8s.api.core.v1.ServiceAccount",
      "io.k8s.api.core.v1.Event",
      "io.k8s.api.events.v1.Event",
      "io.k8s.api.coordination.v1.Lease",
      "io.k8s.api.authorization.v1.SubjectAccessReview",
      "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions",
  };
  const auto index = static_cast<std::size_t>(static_cast<unsigned char>(letter - 'a'));
  return catalog.type(kNames[index < kNames.size() ? index : kNames.size() - 1]);
}

// What was decoded without an error is its own decoded form.
inline void check_typed(const apiserver::Json& value, const apiserver::ValueType& type) {
  apiserver::TypedFindings findings;
  const apiserver::Json once = apiserver::decode_typed(value, type, findings);
  if (findings.error) {
    CW_ASSERT(!findings.error->empty());
    return;
  }
  apiserver::TypedFindings again;
  CW_ASSERT(apiserver::decode_typed(once, type, again) == once);
  CW_ASSERT(!again.error && again.unknown.empty());
}

}  // namespace cw::fuzz
