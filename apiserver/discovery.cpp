#include "apiserver/discovery.h"

#include <algorithm>
#include <array>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/base/encoding.h"
#include "lib/pki/digest.h"

namespace cw::apiserver {
namespace {

struct GroupVersion {
  std::string group;
  std::string version;
  std::string text() const { return group.empty() ? version : group + "/" + version; }
  bool operator==(const GroupVersion&) const = default;
};

std::vector<GroupVersion> group_versions(const ResourceTable& resources) {
  std::vector<GroupVersion> found;
  for (const auto& row : resources.rows()) {
    GroupVersion one{std::string(row->resource.group), std::string(row->resource.version)};
    if (std::find(found.begin(), found.end(), one) == found.end()) found.push_back(std::move(one));
  }
  return found;
}

std::vector<const ResourceRow*> rows_of(const ResourceTable& resources, const GroupVersion& wanted) {
  std::vector<const ResourceRow*> rows;
  for (const auto& row : resources.rows()) {
    if (row->resource.group == wanted.group && row->resource.version == wanted.version)
      rows.push_back(row.get());
  }
  std::sort(rows.begin(), rows.end(),
            [](const auto* a, const auto* b) { return a->resource.plural < b->resource.plural; });
  return rows;
}

std::vector<std::string> sub_resource_verbs(const std::string& name) {
  if (name == "status") return {"get", "patch", "update"};
  return {"update"};
}

Json version_entry(const GroupVersion& one) {
  return {{"groupVersion", one.text()}, {"version", one.version}};
}

Json group_entry(const GroupVersion& one) {
  return {{"name", one.group},
          {"versions", Json::array({version_entry(one)})},
          {"preferredVersion", version_entry(one)}};
}

// Tells whether two servers store a resource in the same form; made as kube-apiserver makes it.
std::string storage_hash(const ResourceRow& row) {
  const kube::Resource& resource = row.resource;
  const std::string text =
      std::string(resource.group) + "/" + std::string(resource.version) + "/" + std::string(resource.kind);
  return encode_base64(pki::sha256(text).substr(0, 8));
}

Json resource_entry(const ResourceRow& row) {
  Json entry{{"name", row.resource.plural},
             {"singularName", row.singular},
             {"namespaced", row.resource.namespaced},
             {"kind", row.resource.kind},
             {"verbs", row.verbs}};
  if (!row.short_names.empty()) entry["shortNames"] = row.short_names;
  if (!row.categories.empty()) entry["categories"] = row.categories;
  if (row.family != Family::Review) entry["storageVersionHash"] = storage_hash(row);
  return entry;
}

Json resource_list(const ResourceTable& resources, const GroupVersion& wanted) {
  Json list = Json::array();
  for (const ResourceRow* row : rows_of(resources, wanted)) {
    list.push_back(resource_entry(*row));
    for (const std::string& name : row->sub_resources) {
      list.push_back({{"name", std::string(row->resource.plural) + "/" + name},
                      {"singularName", ""},
                      {"namespaced", row->resource.namespaced},
                      {"kind", row->resource.kind},
                      {"verbs", sub_resource_verbs(name)}});
    }
  }
  Json document{{"kind", "APIResourceList"}, {"groupVersion", wanted.text()}, {"resources", std::move(list)}};
  if (!wanted.group.empty()) document["apiVersion"] = "v1";
  return document;
}

Json response_kind(const ResourceRow& row) {
  return {{"group", row.resource.group}, {"version", row.resource.version}, {"kind", row.resource.kind}};
}

Json aggregated_resource(const ResourceRow& row) {
  Json entry{{"resource", row.resource.plural},
             {"responseKind", response_kind(row)},
             {"scope", row.resource.namespaced ? "Namespaced" : "Cluster"},
             {"singularResource", row.singular},
             {"verbs", row.verbs}};
  if (!row.short_names.empty()) entry["shortNames"] = row.short_names;
  if (!row.categories.empty()) entry["categories"] = row.categories;
  for (const std::string& name : row.sub_resources) {
    entry["subresources"].push_back(
        {{"subresource", name}, {"responseKind", response_kind(row)}, {"verbs", sub_resource_verbs(name)}});
  }
  return entry;
}

}  // namespace

std::optional<Json> discovery_document(const ResourceTable& resources, std::string_view path) {
  while (path.size() > 1 && path.ends_with("/")) path.remove_suffix(1);
  const std::vector<GroupVersion> known = group_versions(resources);
  if (path == "/api")
    return Json{{"kind", "APIVersions"}, {"versions", {"v1"}}, {"serverAddressByClientCIDRs", Json::array()}};
  if (path == "/apis") {
    Json groups = Json::array();
    for (const GroupVersion& one : known) {
      if (!one.group.empty()) groups.push_back(group_entry(one));
    }
    return Json{{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", std::move(groups)}};
  }
  for (const GroupVersion& one : known) {
    const std::string prefix = one.group.empty() ? "/api/" : "/apis/";
    if (path == prefix + one.text()) return resource_list(resources, one);
    if (one.group.empty() || path != prefix + one.group) continue;
    Json group = group_entry(one);
    group["kind"] = "APIGroup";
    group["apiVersion"] = "v1";
    return group;
  }
  return std::nullopt;
}

Json aggregated_discovery(const ResourceTable& resources, std::string_view path) {
  Json items = Json::array();
  for (const GroupVersion& one : group_versions(resources)) {
    if (one.group.empty() != (path == "/api")) continue;
    Json list = Json::array();
    for (const ResourceRow* row : rows_of(resources, one)) list.push_back(aggregated_resource(*row));
    Json metadata = Json::object();
    if (!one.group.empty()) metadata["name"] = one.group;
    items.push_back({{"metadata", std::move(metadata)},
                     {"versions", Json::array({{{"version", one.version},
                                                {"resources", std::move(list)},
                                                {"freshness", "Current"}}})}});
  }
  return {{"kind", "APIGroupDiscoveryList"},
          {"apiVersion", "apidiscovery.k8s.io/v2"},
          {"metadata", Json::object()},
          {"items", std::move(items)}};
}

bool wants_aggregated(std::string_view accept) {
  // Clients name it with parameters in any order; no other media type that we answer has this one.
  while (!accept.empty()) {
    const std::string_view range = accept.substr(0, accept.find(','));
    accept.remove_prefix(std::min(range.size() + 1, accept.size()));
    if (range.find("as=APIGroupDiscoveryList") == std::string_view::npos) continue;
    const bool version2 = range.find("v=v2;") != std::string_view::npos || range.ends_with("v=v2");
    if (version2 && range.find("g=apidiscovery.k8s.io") != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace cw::apiserver
