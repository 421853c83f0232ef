// The schemas (schemas/*.json) and the structs (lib/api) name the same fields with the same types. Both
// directions: a field that one side lacks is printed.
#include <fstream>
#include <map>

#include <catch2/catch.hpp>

#include "tests/unit/api/field_tree.h"
#include "tests/unit/api/kinds.h"

namespace cw::api {
namespace {

using kube::Json;
using test::FieldTree;
using test::Kind;

// Resolves "$ref": "parts/x.json#/name" (from schemas/) and "#/name" (the same file); tests run in the root.
class SchemaWalk {
 public:
  explicit SchemaWalk(FieldTree& tree) : tree_(tree) {}

  void walk_kind(const std::string& file) {
    const Json& schema = load(file).at("schema");
    for (const auto& [name, value] : schema.at("properties").items()) {
      if (name != "apiVersion" && name != "kind") walk(name, value, file);
    }
  }

 private:
  const Json& load(const std::string& file) {
    if (const auto known = files_.find(file); known != files_.end()) return known->second;
    std::ifstream in("schemas/" + file);
    REQUIRE(in.good());
    return files_[file] = Json::parse(in);
  }

  void walk(const std::string& path, const Json& schema, const std::string& file) {
    if (schema.contains("$ref")) {
      const auto ref = schema.at("$ref").get<std::string>();
      const std::size_t hash = ref.find('#');
      const std::string target = hash == 0 ? file : ref.substr(0, hash);
      walk(path, load(target).at(Json::json_pointer(ref.substr(hash + 1))), target);
      return;
    }
    tree_[path] = type_of(schema);
    if (schema.contains("items")) walk(path + "[]", schema["items"], file);
    if (schema.contains("additionalProperties")) walk(path + "{}", schema["additionalProperties"], file);
    if (!schema.contains("properties")) return;
    for (const auto& [name, value] : schema["properties"].items()) walk(path + "." + name, value, file);
  }

  static std::string type_of(const Json& schema) {
    if (schema.value("x-kubernetes-int-or-string", false)) return "int-or-string";
    if (!schema.contains("type") && schema.value("x-kubernetes-preserve-unknown-fields", false)) return "any";
    const std::string format = schema.value("format", "");
    // int64 is what an integer without format is held in.
    return schema.value("type", "none") + (format.empty() || format == "int64" ? "" : " " + format);
  }

  FieldTree& tree_;
  std::map<std::string, Json> files_;
};

FieldTree schema_tree(const std::string& file) {
  FieldTree tree;
  SchemaWalk(tree).walk_kind(file);
  return tree;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string missing(const FieldTree& from, const FieldTree& in) {
  std::string out;
  for (const auto& [path, type] : from) {
    const auto found = in.find(path);
    if (found == in.end() || found->second != type) out += path + " (" + type + ")\n";
  }
  return out;
}

TEMPLATE_TEST_CASE("schema and struct name the same fields with the same types", "", CW_ALL_KINDS) {
  const FieldTree of_schema = schema_tree(lower(Kind<TestType>::kResource.kind) + ".json");
  const FieldTree of_struct = test::field_tree<TestType>();
  CHECK(of_struct.size() > 20);
  INFO("in the schema only:\n"
       << missing(of_schema, of_struct) << "in the struct only:\n"
       << missing(of_struct, of_schema));
  CHECK(of_schema == of_struct);
}

}  // namespace
}  // namespace cw::api
