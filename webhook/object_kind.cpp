#include "webhook/object_kind.h"

#include "lib/kube/decode.h"

namespace cw::webhook {
namespace {

Refusal refuse(std::string_view rule, std::string_view member, std::string_view why) {
  return {kBadRequest, rule, std::string(member).append(" ").append(why)};
}

// "group/version", or "version" of the core group. nullopt: more than one '/'.
std::optional<kube::GroupVersionKind> split(const kube::TypeMeta& type) {
  const std::size_t slash = type.api_version.find('/');
  if (slash == std::string::npos) return kube::GroupVersionKind{"", type.api_version, type.kind};
  if (type.api_version.find('/', slash + 1) != std::string::npos) return std::nullopt;
  return kube::GroupVersionKind{type.api_version.substr(0, slash), type.api_version.substr(slash + 1),
                                type.kind};
}

void fill_in(kube::GroupVersionKind& kind, const kube::GroupVersionKind& fallback) {
  if (kind.kind.empty()) kind.kind = fallback.kind;
  if (kind.version.empty() && kind.group.empty()) {
    kind.group = fallback.group;
    kind.version = fallback.version;
  } else if (kind.version.empty() && kind.group == fallback.group) {
    kind.version = fallback.version;
  }
}

}  // namespace

Result<const KindRow*, Refusal> kind_of(const std::optional<simdjson::dom::element>& object,
                                        std::string_view member, const kube::GroupVersionKind& fallback) {
  if (!object) {
    return refuse(member == "object" ? "review.object.missing" : "review.oldObject.missing", member,
                  "is missing");
  }
  const auto type = kube::decode<kube::TypeMeta>(*object);
  if (!type) return refuse("review.object.type", member, "cannot be decoded: " + type.error().message);
  auto kind = split(*type);
  if (!kind) return refuse("review.object.kind.known", member, "has an apiVersion with more than one '/'");
  fill_in(*kind, fallback);
  if (kind->kind.empty()) return refuse("review.object.kind.missing", member, "has no kind");
  if (kind->version.empty())
    return refuse("review.object.kind.missing", member, "has no version in its apiVersion");
  const KindRow* row = find_kind(*kind);
  if (row != nullptr) return row;
  const std::string name = kind->group.empty() ? kind->version : kind->group + "/" + kind->version;
  return refuse(
      "review.object.kind.known", member,
      "is of a kind that is not known here: " + kube::quoted(kind->kind) + " of " + kube::quoted(name));
}

}  // namespace cw::webhook
