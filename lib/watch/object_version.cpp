#include "lib/watch/object_version.h"

#include <nlohmann/json.hpp>

#include "lib/kube/json_access.h"
#include "lib/kube/watch_line.h"

namespace cw::watch {
using kube::metadata_text;

ObjectVersion version_of(const kube::Json& object) {
  return {{metadata_text(object, "namespace"), metadata_text(object, "name")},
          version_number(resource_version_of(object))};
}

std::string resource_version_of(const kube::Json& object) { return metadata_text(object, "resourceVersion"); }

// KEP-3157: the annotation's value is the text "true".
bool is_end_of_initial_events(const kube::Json& bookmark) {
  return kube::text_at(bookmark, {"metadata", "annotations", kube::kInitialEventsEnd}) == "true";
}

}  // namespace cw::watch
