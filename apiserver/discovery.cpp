#include "apiserver/discovery.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "apiserver/crd/defined_rows.h"
#include "apiserver/wire/accept.h"
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

struct Group {
  std::string name;
  std::vector<GroupVersion> versions;  // the preferred one first
};

// The order of kube-apiserver: its own groups by rank, then those of custom resources by name.
std::size_t rank_of(std::string_view group) {
  constexpr std::array<std::string_view, 12> kRanked{"",
                                                     "events.k8s.io",
                                                     "authentication.k8s.io",
                                                     "authorization.k8s.io",
                                                     "certificates.k8s.io",
                                                     "networking.k8s.io",
                                                     "rbac.authorization.k8s.io",
                                                     "admissionregistration.k8s.io",
                                                     "apiextensions.k8s.io",
                                                     "coordination.k8s.io",
                                                     "discovery.k8s.io",
                                                     "flowcontrol.apiserver.k8s.io"};
  return static_cast<std::size_t>(std::find(kRanked.begin(), kRanked.end(), group) - kRanked.begin());
}

std::vector<Group> groups_of(const ResourceTable& resources) {
  std::vector<Group> groups;
  for (const RowPtr& row : resources.rows()) {
    const GroupVersion one{std::string(row->resource.group), std::string(row->resource.version)};
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& known) { return known.name == one.group; });
    if (group == groups.end()) group = groups.insert(groups.end(), {one.group, {}});
    auto& versions = group->versions;
    if (std::find(versions.begin(), versions.end(), one) == versions.end()) versions.push_back(one);
  }
  std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return std::pair(rank_of(a.name), a.name) < std::pair(rank_of(b.name), b.name);
  });
  for (Group& group : groups) {
    std::stable_sort(
        group.versions.begin(), group.versions.end(),
        [](const GroupVersion& a, const GroupVersion& b) { return is_version_before(a.version, b.version); });
  }
  return groups;
}

std::vector<RowPtr> rows_of(const ResourceTable& resources, const GroupVersion& wanted) {
  std::vector<RowPtr> rows;
  for (const auto& row : resources.rows()) {
    if (row->resource.group == wanted.group && row->resource.version == wanted.version) rows.push_back(row);
  }
  std::sort(rows.begin(), rows.end(),
            [](const RowPtr& a, const RowPtr& b) { return a->resource.plural < b->resource.plural; });
  return rows;
}

std::vector<std::string> sub_resource_verbs(const std::string& name) {
  const bool is_read =
      name == "status" || name == "scale" || name == "approval" || name == "ephemeralcontainers";
  if (is_read) return {"get", "patch", "update"};
  return {"update"};
}

Json version_entry(const GroupVersion& one) {
  return {{"groupVersion", one.text()}, {"version", one.version}};
}

Json group_entry(const Group& group) {
  Json versions = Json::array();
  for (const GroupVersion& one : group.versions) versions.push_back(version_entry(one));
  return {{"name", group.name}, {"versions", versions}, {"preferredVersion", versions.front()}};
}

// Group and version of the form in which kube-apiserver keeps it.
std::string storage_version(const ResourceRow& row) {
  if (!row.stored_api_version.empty()) return row.stored_api_version;
  const std::size_t dot = row.stored_as.find('.');  // another group than its own: events
  const std::string group = dot == std::string::npos ? std::string() : row.stored_as.substr(dot + 1);
  // Definitions are kept there in the form of an older version.
  return group + "/" + (row.defines_kinds ? "v1beta1" : std::string(row.resource.version));
}

// Tells whether two servers store a resource in the same form; made as kube-apiserver makes it.
std::string storage_hash(const ResourceRow& row) {
  const std::string text = storage_version(row) + "/" + std::string(row.resource.kind);
  return encode_base64(pki::sha256(text).substr(0, 8));
}

// A subresource that is a kind of its own.
constexpr const char* kScale = "scale";
Json scale_kind() { return {{"group", "autoscaling"}, {"version", "v1"}, {"kind", "Scale"}}; }

// What goes with its definition is neither made nor changed any more.
std::vector<std::string> told_verbs(const ResourceRow& row) {
  std::vector<std::string> verbs = row.verbs;
  if (row.refuses_new) {
    std::erase_if(verbs, [](const auto& v) { return v == "patch" || v == "create" || v == "update"; });
  }
  return verbs;
}

Json resource_entry(const ResourceRow& row) {
  Json entry{{"name", row.resource.plural},
             {"singularName", row.singular},
             {"namespaced", row.resource.namespaced},
             {"kind", row.resource.kind},
             {"verbs", told_verbs(row)}};
  if (!row.short_names.empty()) entry["shortNames"] = row.short_names;
  if (!row.categories.empty()) entry["categories"] = row.categories;
  if (row.family != Family::Review) entry["storageVersionHash"] = storage_hash(row);
  return entry;
}

Json resource_list(const ResourceTable& resources, const GroupVersion& wanted) {
  Json list = Json::array();
  for (const RowPtr& row : rows_of(resources, wanted)) {
    list.push_back(resource_entry(*row));
    for (const std::string& name : row->sub_resources) {
      list.push_back({{"name", std::string(row->resource.plural) + "/" + name},
                      {"singularName", ""},
                      {"namespaced", row->resource.namespaced},
                      {"kind", row->resource.kind},
                      {"verbs", sub_resource_verbs(name)}});
      if (name == kScale) list.back().update(scale_kind());
    }
    for (const AskedPart& part : row->asked_parts) {
      list.push_back({{"name", std::string(row->resource.plural) + "/" + part.name},
                      {"singularName", ""},
                      {"namespaced", row->resource.namespaced},
                      {"kind", part.row->resource.kind},
                      {"verbs", part.row->verbs}});
      if (part.row->resource.group == wanted.group) continue;
      list.back()["group"] = part.row->resource.group;
      list.back()["version"] = part.row->resource.version;
    }
    for (const Connection& one : row->connections) {
      list.push_back({{"name", std::string(row->resource.plural) + "/" + one.name},
                      {"singularName", ""},
                      {"namespaced", row->resource.namespaced},
                      {"kind", one.kind},
                      {"verbs", one.verbs}});
    }
  }
  Json document{{"kind", "APIResourceList"}, {"groupVersion", wanted.text()}, {"resources", std::move(list)}};
  if (!wanted.group.empty()) document["apiVersion"] = "v1";
  return document;
}

// Of a built-in kind in its own group it goes without saying.
Json response_kind(const ResourceRow& row, std::string_view group) {
  if (row.family != Family::Custom && row.resource.group == group) {
    return {{"group", ""}, {"version", ""}, {"kind", row.resource.kind}};
  }
  return {{"group", row.resource.group}, {"version", row.resource.version}, {"kind", row.resource.kind}};
}

Json aggregated_resource(const ResourceRow& row) {
  const std::string_view group = row.resource.group;
  Json entry{{"resource", row.resource.plural},
             {"responseKind", response_kind(row, group)},
             {"scope", row.resource.namespaced ? "Namespaced" : "Cluster"},
             {"singularResource", row.singular},
             {"verbs", told_verbs(row)}};
  if (!row.short_names.empty()) entry["shortNames"] = row.short_names;
  if (!row.categories.empty()) entry["categories"] = row.categories;
  for (const std::string& name : row.sub_resources) {
    entry["subresources"].push_back(
        {{"subresource", name},
         {"responseKind", name == kScale ? scale_kind() : response_kind(row, group)},
         {"verbs", sub_resource_verbs(name)}});
  }
  for (const AskedPart& part : row.asked_parts) {
    entry["subresources"].push_back({{"subresource", part.name},
                                     {"responseKind", response_kind(*part.row, group)},
                                     {"verbs", part.row->verbs}});
  }
  for (const Connection& one : row.connections) {
    entry["subresources"].push_back({{"subresource", one.name},
                                     {"responseKind", {{"group", ""}, {"version", ""}, {"kind", one.kind}}},
                                     {"verbs", one.verbs}});
  }
  if (entry.contains("subresources")) {
    std::sort(entry["subresources"].begin(), entry["subresources"].end(),
              [](const Json& a, const Json& b) { return a["subresource"] < b["subresource"]; });
  }
  return entry;
}

}  // namespace

std::optional<Json> discovery_document(const ResourceTable& resources, std::string_view path) {
  while (path.size() > 1 && path.ends_with("/")) path.remove_suffix(1);
  const std::vector<Group> groups = groups_of(resources);
  if (path == "/api")
    return Json{{"kind", "APIVersions"}, {"versions", {"v1"}}, {"serverAddressByClientCIDRs", Json::array()}};
  if (path == "/apis") {
    Json list = Json::array();
    for (const Group& group : groups) {
      if (!group.name.empty()) list.push_back(group_entry(group));
    }
    return Json{{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", std::move(list)}};
  }
  for (const Group& group : groups) {
    const std::string prefix = group.name.empty() ? "/api/" : "/apis/";
    for (const GroupVersion& one : group.versions) {
      if (path == prefix + one.text()) return resource_list(resources, one);
    }
    if (group.name.empty() || path != prefix + group.name) continue;
    Json document = group_entry(group);
    document["kind"] = "APIGroup";
    document["apiVersion"] = "v1";
    return document;
  }
  return std::nullopt;
}

Json aggregated_discovery(const ResourceTable& resources, std::string_view path) {
  Json items = Json::array();
  for (const Group& group : groups_of(resources)) {
    if (group.name.empty() != (path == "/api")) continue;
    Json versions = Json::array();
    for (const GroupVersion& one : group.versions) {
      Json list = Json::array();
      for (const RowPtr& row : rows_of(resources, one)) list.push_back(aggregated_resource(*row));
      versions.push_back(
          {{"version", one.version}, {"resources", std::move(list)}, {"freshness", "Current"}});
    }
    Json metadata = Json::object();
    if (!group.name.empty()) metadata["name"] = group.name;
    items.push_back({{"metadata", std::move(metadata)}, {"versions", std::move(versions)}});
  }
  return {{"kind", "APIGroupDiscoveryList"},
          {"apiVersion", "apidiscovery.k8s.io/v2"},
          {"metadata", Json::object()},
          {"items", std::move(items)}};
}

bool wants_aggregated(std::string_view accept) {
  const std::vector<MediaRange> ranges = parse_accept(accept);
  return std::any_of(ranges.begin(), ranges.end(), [](const MediaRange& range) {
    return range.parameter("as") == "APIGroupDiscoveryList" && range.parameter("v") == "v2" &&
           range.parameter("g") == "apidiscovery.k8s.io" &&
           (range.covers(Encoding::JsonText) || range.covers(Encoding::Yaml));
  });
}

}  // namespace cw::apiserver
