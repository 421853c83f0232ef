// {"schema": …, "next": …, "objects": […]}: a CustomResourceDefinition with that structural schema, objects
// of it, then the schema that comes after it, and the objects again. Whatever they are, each request is
// answered; what is stored is what was answered, and a read gives it again.
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "lib/kube/json_access.h"
#include "tests/fuzz/api.h"
#include "tests/fuzz/targets.h"

namespace cw::fuzz {
namespace {

constexpr int kMostInputs = 300;  // each leaves a definition, until the objects of it are gone
constexpr std::size_t kMostObjects = 8;
const std::string kDefinitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

Json definition(const std::string& group, const Json& schema) {
  return {{"apiVersion", "apiextensions.k8s.io/v1"},
          {"kind", "CustomResourceDefinition"},
          {"metadata", {{"name", "things." + group}}},
          {"spec",
           {{"group", group},
            {"scope", "Namespaced"},
            {"names", {{"plural", "things"}, {"kind", "Thing"}}},
            {"versions",
             {{{"name", "v1"},
               {"served", true},
               {"storage", true},
               {"schema", {{"openAPIV3Schema", schema}}}}}}}}};
}

void write_objects(const std::string& group, const Json& objects, bool anew) {
  const std::string things = "/apis/" + group + "/v1/namespaces/ns/things";
  std::size_t count = 0;
  for (Json object : objects) {
    if (++count > kMostObjects || !object.is_object()) break;
    const std::string name = "t" + std::to_string(count);
    object["apiVersion"] = group + "/v1";
    object["kind"] = "Thing";
    object["metadata"] = {{"name", name}};
    const std::string path = things + "/" + name;
    const ApiAnswer answer = anew ? ask("POST", things, object) : ask("PUT", path, object);
    if (answer.ok()) CW_ASSERT(get(path).body == answer.body);
  }
  (void)ask("GET", things, nullptr);
}

}  // namespace

void crd(std::string_view input) {
  const auto parsed = kube::parse_json(input);
  if (!parsed || !parsed->is_object()) return;
  next_input(kMostInputs);
  const std::string group = "g" + std::to_string(fresh_number()) + ".example.com";
  const std::string path = kDefinitions + "/things." + group;
  const Json& objects = kube::array_member(*parsed, "objects");
  if (!ask("POST", kDefinitions, definition(group, kube::object_member(*parsed, "schema"))).ok()) return;
  write_objects(group, objects, true);
  if (const Json* next = kube::find_member(*parsed, "next"); next != nullptr) {
    Json changed = get(path).body;
    changed["spec"]["versions"][0]["schema"]["openAPIV3Schema"] = *next;
    if (ask("PUT", path, changed).ok()) write_objects(group, objects, false);
  }
  CW_ASSERT(ask("DELETE", path, nullptr).ok());
}

}  // namespace cw::fuzz
