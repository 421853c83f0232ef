#include "apiserver/object_form.h"

#include <nlohmann/json.hpp>

#include "apiserver/crd/version_converter.h"
#include "apiserver/json_access.h"

namespace cw::apiserver {

using kube::Outcome;

Json served_object(const StoredObject& stored, const ResourceRow& row) {
  Json object = parse_object(stored);
  if (row.shows_as_stored(stored.revision())) return object;
  if (row.conversion != nullptr) return row.conversion->to_served(object);
  object["apiVersion"] = row.group_version();
  // What no longer fits the schema is left out; the stored object stays as it is until it is written.
  (void)schemas::normalize(object, row.custom->object);
  return object;
}

Outcome<Json> read_stored(const StoredObject& stored, const ResourceRow& row) {
  if (row.converter != nullptr) return row.converter->read(stored, row.group_version());
  return served_object(stored, row);
}

Outcome<std::string> stored_text(const Json& object, const ResourceRow& row) {
  if (row.conversion != nullptr) return canonical_text(row.conversion->to_stored(object));
  if (row.stored_api_version.empty()) return canonical_text(object);
  if (row.converter != nullptr) {
    Json stored = TRY(row.converter->convert(object, row.stored_api_version));
    // Defaults of the stored version are there whenever it is read.
    (void)schemas::normalize(stored, row.converter->version(row.stored_api_version)->object);
    return canonical_text(stored);
  }
  Json stored = object;
  stored["apiVersion"] = row.stored_api_version;
  return canonical_text(stored);
}

Outcome<Json> read_back(Json written, const std::string& stored_text, const ResourceRow& row) {
  if (row.converter == nullptr || row.stored_api_version.empty()) return written;
  Json shown = TRY(row.converter->convert(Json::parse(stored_text), row.group_version()));
  copy_member(shown["metadata"], object_member(written, "metadata"), "resourceVersion");
  return shown;
}

Outcome<Json> in_form(const Json& object, const ResourceRow& from, const ResourceRow& to) {
  if (from.converter != nullptr) return from.converter->convert(object, to.group_version());
  Json formed = from.conversion != nullptr ? from.conversion->to_stored(object) : object;
  if (to.conversion != nullptr) return to.conversion->to_served(formed);
  formed["apiVersion"] = to.group_version();
  formed["kind"] = to.resource.kind;
  return formed;
}

}  // namespace cw::apiserver
