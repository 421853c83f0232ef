// The first step of a write: bytes to an object of its resource, without unknown fields and with its
// defaults. Pure. Errors: 400 in kube-apiserver's words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/request_options.h"
#include "apiserver/resource_row.h"
#include "apiserver/type_catalog.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

struct DecodedObject {
  Json object;
  // `unknown field "spec.foo"`, `duplicate field "spec.bar"`
  std::vector<std::string> strict_failures;
};

// From the wire: JSON, YAML, or protobuf for the kinds that have it (415 otherwise). Of another kind or
// version: refused, but for a custom resource's kind, which its validation names.
kube::Outcome<DecodedObject> decode_object(const ResourceRow&, const TypeCatalog&,
                                           std::string_view content_type, std::string_view body);
// After a patch, an apply or a mutating webhook: a tree that may have any shape. Invalid with Go's words for
// a wrong type: of encoding/json, or of what reads trees, after a strategic merge or an apply. The latter
// leaves the nulls of a custom resource for validation to refuse.
enum class DecodedBy : std::uint8_t { Decoder, Converter };
Result<DecodedObject> decode_tree(const ResourceRow&, const TypeCatalog&, Json object,
                                  DecodedBy by = DecodedBy::Decoder);

// "strict decoding error: unknown field …"
std::string strict_message(const std::vector<std::string>& strict_failures);
// The same one by one, as warnings tell them.
std::vector<std::string> strict_warnings(const std::vector<std::string>& strict_failures);
// Refuses with Strict; answers what to warn of with Warn.
kube::Outcome<std::vector<std::string>> judge_strict(const ResourceRow&, const DecodedObject&,
                                                     FieldValidation);

}  // namespace cw::apiserver
