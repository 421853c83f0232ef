// {"kind": "configmap", "type": "json|merge|strategic", "object": …, "patch": …}: the patch of a stored
// object. What is refused changes nothing; what is stored is what was answered, and may be written again as
// it is.
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "lib/kube/json_access.h"
#include "tests/fuzz/api.h"
#include "tests/fuzz/targets.h"

namespace cw::fuzz {
namespace {

constexpr int kMostInputs = 3000;

std::string content_type(const std::string& type) {
  if (type == "json") return "application/json-patch+json";
  return type == "merge" ? "application/merge-patch+json" : "application/strategic-merge-patch+json";
}

// Garbage collection may take it at any moment.
bool is_owned(const Json& object) {
  return kube::find_member(kube::object_member(object, "metadata"), "ownerReferences") != nullptr;
}

void check_patched(const std::string& path, const ApiAnswer& patched, const Json& before) {
  const ApiAnswer after = get(path);
  if (!patched.ok()) {
    CW_ASSERT(after.body == before);
    return;
  }
  CW_ASSERT(after.ok() && after.body == patched.body);
  const ApiAnswer again = ask("PUT", path, after.body);
  CW_ASSERT(again.ok() && again.body == after.body);
}

}  // namespace

void patch(std::string_view input) {
  const auto parsed = kube::parse_json(input);
  if (!parsed || !parsed->is_object()) return;
  const Json* change = kube::find_member(*parsed, "patch");
  Json object = kube::object_member(*parsed, "object");
  if (change == nullptr || change->is_null()) return;
  next_input(kMostInputs);
  const Place place = place_of(kube::text_member(*parsed, "kind"));
  const std::string path = place.path + "/it";
  kube::make_object(object, "metadata")["name"] = "it";
  object["apiVersion"] = place.api_version;
  object["kind"] = place.kind;
  const ApiAnswer made = ask("POST", place.path, object);
  if (made.ok() && !is_owned(made.body)) {
    const ApiAnswer patched = ask("PATCH", path, *change, content_type(kube::text_member(*parsed, "type")));
    if (!patched.ok() || !is_owned(patched.body)) check_patched(path, patched, made.body);
  }
  remove_at(path);
}

}  // namespace cw::fuzz
