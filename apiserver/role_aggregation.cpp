#include "apiserver/role_aggregation.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "apiserver/identity.h"
#include "apiserver/json_access.h"
#include "lib/base/log.h"
#include "lib/kube/label_selector.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kManager = "clusterrole-aggregation-controller";

bool aggregates(const StoredObject& role) {
  return role.text().find("\"aggregationRule\"") != std::string::npos;
}

void add_rules(const StoredObject& role, Json& rules) {
  const Json object = parse_object(role);
  for (const Json& rule : array_member(object, "rules")) {
    if (std::find(rules.begin(), rules.end(), rule) == rules.end()) rules.push_back(rule);
  }
}

Json rules_selected(const std::vector<ObjectPtr>& roles, const Json& wanted) {
  Json rules = Json::array();
  for (const Json& selector :
       array_member(object_member(wanted, "aggregationRule"), "clusterRoleSelectors")) {
    const auto labels = kube::LabelSelector::decode(selector);
    if (!labels) continue;
    for (const ObjectPtr& role : roles) {
      const bool is_itself = role->key().name == metadata_text(wanted, "name");
      if (!is_itself && labels->matches(role->head().labels)) add_rules(*role, rules);
    }
  }
  return rules;
}

}  // namespace

bool RoleAggregation::step() {
  const Result<Listing> listing = parts_.store.list({std::string(kClusterRoles)});
  if (!listing || listing->objects == seen_) return false;
  seen_ = listing->objects;
  bool done = false;
  for (const ObjectPtr& role : listing->objects) {
    if (aggregates(*role)) done = aggregate(listing->objects, parse_object(*role)) || done;
  }
  return done;
}

bool RoleAggregation::aggregate(const std::vector<ObjectPtr>& roles, const Json& role) {
  const Json rules = rules_selected(roles, role);
  if (!role.contains("aggregationRule") || rules == array_member(role, "rules")) return false;
  const RowPtr row = parts_.resources.find(kRbacGroup, "v1", "clusterroles");
  const std::string name = metadata_text(role, "name");
  const WriteOptions options{.force = true, .field_manager = std::string(kManager)};
  const WriteRequest request{*row, {"", name}, ObjectPart::Whole, options, system_user()};
  const Json config{{"apiVersion", row->group_version()},
                    {"kind", row->resource.kind},
                    {"metadata", {{"name", name}, {"uid", metadata_text(role, "uid")}}},
                    {"rules", rules}};
  const auto written = writes_.apply(request, config);
  if (written) return true;
  log::warning("the rules of a ClusterRole cannot be put together",
               {{"name", name}, {"error", written.error().message}});
  return false;
}

}  // namespace cw::apiserver
