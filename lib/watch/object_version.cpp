#include "lib/watch/object_version.h"

#include <charconv>

#include <nlohmann/json.hpp>

namespace cw::watch {
namespace {

// Of any JSON: empty if the path does not lead to a string.
std::string metadata_text(const kube::Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) return {};
  const auto found = metadata->find(name);
  return found != metadata->end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::uint64_t version_number(std::string_view resource_version) {
  std::uint64_t number = 0;
  const auto [stop, problem] =
      std::from_chars(resource_version.data(), resource_version.data() + resource_version.size(), number);
  return problem == std::errc{} && stop == resource_version.data() + resource_version.size() ? number : 0;
}

ObjectVersion version_of(const kube::Json& object) {
  return {{metadata_text(object, "namespace"), metadata_text(object, "name")},
          version_number(resource_version_of(object))};
}

std::string resource_version_of(const kube::Json& object) { return metadata_text(object, "resourceVersion"); }

// KEP-3157: the annotation's value is the text "true".
bool is_end_of_initial_events(const kube::Json& bookmark) {
  static const kube::Json::json_pointer kPath("/metadata/annotations/k8s.io~1initial-events-end");
  return bookmark.is_object() && bookmark.contains(kPath) && bookmark.at(kPath) == "true";
}

}  // namespace cw::watch
