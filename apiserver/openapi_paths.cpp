#include "apiserver/openapi_paths.h"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "apiserver/crd/scale.h"

namespace cw::apiserver {
namespace {

constexpr const char* kMetaPatch = "io.k8s.apimachinery.pkg.apis.meta.v1.Patch";
constexpr const char* kMetaDeleteOptions = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";
constexpr const char* kMetaWatchEvent = "io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent";
constexpr const char* kMetaStatus = "io.k8s.apimachinery.pkg.apis.meta.v1.Status";

struct Method {
  std::string http;    // "get"
  std::string action;  // "list", as x-kubernetes-action names it
  std::vector<const char*> query;
  std::string body = {};    // its definition
  std::string answer = {};  // likewise
};

const std::vector<const char*> kWriteQuery{"dryRun", "fieldManager", "fieldValidation"};
const std::vector<const char*> kPatchQuery{"dryRun", "fieldManager", "fieldValidation", "force"};
const std::vector<const char*> kDeleteQuery{"dryRun", "gracePeriodSeconds", "orphanDependents",
                                            "propagationPolicy"};
const std::vector<const char*> kListQuery{"allowWatchBookmarks",
                                          "continue",
                                          "fieldSelector",
                                          "labelSelector",
                                          "limit",
                                          "resourceVersion",
                                          "resourceVersionMatch",
                                          "sendInitialEvents",
                                          "timeoutSeconds",
                                          "watch"};

std::string type_of(std::string_view parameter) {
  for (const char* number : {"gracePeriodSeconds", "limit", "timeoutSeconds"}) {
    if (parameter == number) return "integer";
  }
  for (const char* flag :
       {"allowWatchBookmarks", "force", "orphanDependents", "sendInitialEvents", "watch"}) {
    if (parameter == flag) return "boolean";
  }
  return "string";
}

Json parameter(const std::string& name, const char* in, OpenApiVersion version) {
  Json out{{"name", name}, {"in", in}, {"uniqueItems", true}};
  if (std::string_view(in) == "path") out["required"] = true;
  if (version == OpenApiVersion::V2) {
    out["type"] = type_of(name);
  } else {
    out.erase("uniqueItems");
    out["schema"] = {{"type", type_of(name)}, {"uniqueItems", true}};
  }
  return out;
}

std::vector<const char*> consumed_types(const ResourceRow& row, const std::string& action) {
  if (action != "patch") return {"application/json"};
  std::vector<const char*> types{"application/json-patch+json", "application/merge-patch+json",
                                 "application/apply-patch+yaml"};
  if (row.family != Family::Custom) types.push_back("application/strategic-merge-patch+json");
  return types;
}

void add_body(Json& operation, const ResourceRow& row, const Method& method, OpenApiVersion version) {
  const Json schema = openapi_reference(method.body, version);
  const auto types = consumed_types(row, method.action);
  if (version == OpenApiVersion::V2) {
    operation["consumes"] = types;
    operation["parameters"].push_back({{"name", "body"}, {"in", "body"}, {"schema", schema}});
    return;
  }
  for (const char* type : types) operation["requestBody"]["content"][type] = {{"schema", schema}};
}

Json operation_of(const ResourceRow& row, const Method& method, OpenApiVersion version) {
  Json operation{{"x-kubernetes-action", method.action}, {kGroupVersionKind, group_version_kind(row)}};
  operation["parameters"] = Json::array();
  for (const char* name : method.query) operation["parameters"].push_back(parameter(name, "query", version));
  if (!method.body.empty()) add_body(operation, row, method, version);
  const Json schema = openapi_reference(method.answer, version);
  Json ok{{"description", "OK"}};
  if (version == OpenApiVersion::V2) {
    operation["produces"] = {"application/json"};
    ok["schema"] = schema;
  } else {
    ok["content"]["application/json"] = {{"schema", schema}};
  }
  operation["responses"]["200"] = std::move(ok);
  return operation;
}

Json path_item(const ResourceRow& row, const std::string& path, const std::vector<Method>& methods,
               OpenApiVersion version) {
  Json item = Json::object();
  for (const Method& method : methods) item[method.http] = operation_of(row, method, version);
  for (const char* name : {"name", "namespace"}) {
    if (path.find("{" + std::string(name) + "}") == std::string::npos) continue;
    item["parameters"].push_back(parameter(name, "path", version));
  }
  return item;
}

std::vector<Method> collection_methods(const ResourceRow& row) {
  std::vector<Method> methods;
  if (row.has_verb("list")) methods.push_back({"get", "list", kListQuery, {}, list_definition(row)});
  methods.push_back({"post", "post", kWriteQuery, row.definition, row.definition});
  if (row.has_verb("deletecollection")) {
    methods.push_back({"delete", "deletecollection", kDeleteQuery, kMetaDeleteOptions, kMetaStatus});
  }
  return methods;
}

std::vector<Method> object_methods(const ResourceRow& row) {
  return {{"get", "get", {}, {}, row.definition},
          {"put", "put", kWriteQuery, row.definition, row.definition},
          {"patch", "patch", kPatchQuery, kMetaPatch, row.definition},
          {"delete", "delete", kDeleteQuery, kMetaDeleteOptions, kMetaStatus}};
}

std::vector<Method> sub_resource_methods(const ResourceRow& row, const std::string& name) {
  std::vector<Method> methods = object_methods(row);
  methods.pop_back();
  if (name != "finalize") return methods;
  return {methods[1]};
}

// The old form of watches, which no client uses any more and core kinds still have.
std::string watch_path(const std::string& path, const ResourceRow& row) {
  const std::string root = (row.resource.group.empty() ? "/api/" : "/apis/") + row.group_version();
  return root + "/watch" + path.substr(root.size());
}

void add_row(const ResourceRow& row, OpenApiVersion version, Json& paths) {
  const std::string all = kube::collection_path(row.resource, "");
  const std::string one_namespace = kube::collection_path(row.resource, "{namespace}");
  const auto add = [&](const std::string& path, const std::vector<Method>& methods) {
    paths[path] = path_item(row, path, methods, version);
  };
  add(one_namespace, collection_methods(row));
  if (row.family == Family::Review) return;
  if (row.resource.namespaced) add(all, {collection_methods(row).front()});
  add(one_namespace + "/{name}", object_methods(row));
  if (row.family == Family::Core && row.has_verb("watch")) {
    const Method many{"get", "watchlist", kListQuery, {}, kMetaWatchEvent};
    const Method one{"get", "watch", kListQuery, {}, kMetaWatchEvent};
    if (row.resource.namespaced) add(watch_path(all, row), {many});
    add(watch_path(one_namespace, row), {many});
    add(watch_path(one_namespace, row) + "/{name}", {one});
  }
  for (const AskedPart& part : row.asked_parts) {
    const std::string path = one_namespace + "/{name}/" + part.name;
    const Method post{"post", "post", kWriteQuery, part.row->definition, part.row->definition};
    paths[path] = path_item(*part.row, path, {post}, version);
  }
  for (const std::string& name : row.sub_resources) {
    const std::string path = one_namespace + "/{name}/" + name;
    const ResourceRow& told = name == "scale" ? scale_row() : row;
    paths[path] = path_item(told, path, sub_resource_methods(told, name), version);
  }
}

}  // namespace

Json openapi_paths(const std::vector<const ResourceRow*>& rows, OpenApiVersion version) {
  Json paths = Json::object();
  for (const ResourceRow* row : rows) add_row(*row, version, paths);
  return paths;
}

}  // namespace cw::apiserver
