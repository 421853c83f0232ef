#include "apiserver/crd/scale.h"

#include <span>

#include <nlohmann/json.hpp>

#include "apiserver/human_age.h"
#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

std::int64_t number_at(const Json& object, const std::vector<std::string>& path) {
  const Json* found = find_path(object, std::span<const std::string>(path));
  return found != nullptr && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

std::vector<Json> scale_cells(const Json& scale, TimePoint now) {
  return {metadata_text(scale, "name"), number_at(scale, {"spec", "replicas"}),
          number_at(scale, {"status", "replicas"}),
          human_age(metadata_text(scale, "creationTimestamp"), now)};
}

TableColumns scale_table() {
  return {{{.name = "Name", .format = "name"},
           {.name = "Desired", .type = "integer"},
           {.name = "Available", .type = "integer"},
           {.name = "Age"}},
          scale_cells};
}

}  // namespace

const ResourceRow& scale_row() {
  static const ResourceRow row{.resource = {"autoscaling", "v1", "scales", "Scale"},
                               .singular = "scale",
                               .list_kind = {},
                               .definition = "io.k8s.api.autoscaling.v1.Scale",
                               .stored_as = {},
                               .table = scale_table()};
  return row;
}

Json scale_of(const Json& object, const ResourceRow& row) {
  const Json& metadata = object_member(object, "metadata");
  Json shown = Json::object();
  for (const char* member : {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
    copy_member(shown, metadata, member);
  }
  Json status{{"replicas", number_at(object, row.scale->status_replicas)}};
  if (!row.scale->label_selector.empty()) {
    const Json* selector = find_path(object, std::span<const std::string>(row.scale->label_selector));
    if (selector != nullptr && selector->is_string() && !selector->get_ref<const std::string&>().empty()) {
      status["selector"] = *selector;
    }
  }
  Json spec = Json::object();
  if (const std::int64_t replicas = number_at(object, row.scale->spec_replicas); replicas != 0) {
    spec["replicas"] = replicas;
  }
  return {{"kind", "Scale"},
          {"apiVersion", "autoscaling/v1"},
          {"metadata", std::move(shown)},
          {"spec", std::move(spec)},
          {"status", std::move(status)}};
}

bool has_replicas(const Json& object, const ResourceRow& row) {
  return find_path(object, std::span<const std::string>(row.scale->spec_replicas)) != nullptr;
}

std::string replicas_path(const ResourceRow& row) {
  std::string path;
  for (const std::string& name : row.scale->spec_replicas) path += "." + name;
  return path;
}

FieldErrors put_scale(Json& object, const Json& scale, const ResourceRow& row) {
  const kube::FieldPath at = kube::FieldPath("spec").child("replicas");
  const Json* wanted = find_path(scale, {"spec", "replicas"});
  const std::int64_t replicas =
      wanted != nullptr && wanted->is_number_integer() ? wanted->get<std::int64_t>() : 0;
  if (replicas < 0) {
    return {kube::invalid(at, std::to_string(replicas), "should be a non-negative integer")};
  }
  Json* place = &object;
  for (const std::string& name : row.scale->spec_replicas) {
    if (!place->is_object()) *place = Json::object();
    place = &(*place)[name];
  }
  *place = replicas;
  return {};
}

}  // namespace cw::apiserver
