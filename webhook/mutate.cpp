#include "webhook/mutate.h"

#include "lib/api/resources.h"
#include "lib/kube/decode.h"
#include "webhook/dispatch.h"
#include "webhook/policy/identity.h"

namespace cw::webhook {
namespace {

using Element = simdjson::dom::element;

// How the object's member stands to the wanted value. null is something else, also than empty.
template <typename T>
Stamp stamp_of(const Element& member, const T& wanted) {
  if (member.is_null()) return Stamp::Other;
  const auto now = kube::decode<T>(member);
  return now && *now == wanted ? Stamp::Same : Stamp::Other;
}

// [] is what is stamped for a user without groups.
kube::List<std::string> present(const kube::List<std::string>& list) {
  return kube::List<std::string>(list.items());
}

kube::MapOf<kube::List<std::string>> present(const kube::MapOf<kube::List<std::string>>& map) {
  kube::MapOf<kube::List<std::string>> all(std::vector<std::pair<std::string, kube::List<std::string>>>{});
  for (const auto& [key, values] : map) all.set(key, present(values));
  return all;
}

StampedSpec stamps_of(const Element& spec, const kube::UserInfo& user) {
  StampedSpec now;
  now.spec = Stamp::Other;
  const simdjson::dom::object members = spec.get_object().value_unsafe();  // named: outlives the loop
  for (const simdjson::dom::key_value_pair member : members) {
    if (member.key == "uid") now.uid = stamp_of(member.value, user.uid);
    if (member.key == "username") now.username = stamp_of(member.value, user.username);
    if (member.key == "groups") now.groups = stamp_of(member.value, present(user.groups));
    if (member.key == "extra") now.extra = stamp_of(member.value, present(user.extra));
  }
  return now;
}

Refusal bad_object(std::string_view rule, std::string_view message) {
  return {kBadRequest, rule, std::string(message)};
}

Verdict stamp(const Element& object, const kube::UserInfo& user) {
  Verdict verdict;
  const std::optional<Element> spec = kube::last_member(object, "spec");
  if (!spec) {
    verdict.patch = identity_patch(user, {});
    return verdict;
  }
  if (!spec->is_object()) return Refusal{kForbidden, "identity.spec.object", "spec must be an object"};
  verdict.patch = identity_patch(user, stamps_of(*spec, user));
  return verdict;
}

}  // namespace

Verdict mutate(const kube::AdmissionRequest& request) {
  if (!request.object) return bad_object("review.object.missing", "object is missing");
  if (!request.object->is_object()) return bad_object("review.object.type", "object is not a JSON object");
  const std::optional<Element> kind = kube::last_member(*request.object, "kind");
  std::string_view name;
  if (!kind || kind->get(name) != simdjson::SUCCESS || name.empty()) {
    return bad_object("review.object.kind.missing", "object has no kind");
  }
  if (request.resource.empty())
    return Refusal{kForbidden, "review.resource.required", std::string(kResourceUnset)};
  const kube::Resource& requests = api::kCertificateRequests;
  const bool is_request =
      request.resource.group == requests.group && request.resource.resource == requests.plural;
  if (!is_request || request.operation != kCreate) return {};
  return stamp(*request.object, request.user_info);
}

}  // namespace cw::webhook
