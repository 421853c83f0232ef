// Secret of core/v1. Data only; its values are keys and passwords: never log one.
// Source: k8s.io/api core/v1, field order as declared there.
#pragma once

#include <optional>
#include <string>

#include "lib/kube/fields.h"
#include "lib/kube/json.h"
#include "lib/kube/metadata.h"

namespace cw::api {

struct Secret {
  kube::ObjectMeta metadata;
  std::optional<bool> immutable;
  kube::MapOf<kube::Bytes> data;
  kube::Map string_data;
  std::string type;
  bool operator==(const Secret&) const = default;
};

template <kube::FieldsOf<Secret> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("metadata", s.metadata);
  visit("immutable", s.immutable);
  visit("data", s.data);
  visit("stringData", s.string_data);
  visit("type", s.type);
}

Result<Secret> decode_secret(const kube::Json&);
// With apiVersion and kind.
kube::Json encode(const Secret&);

}  // namespace cw::api
