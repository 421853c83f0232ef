// A file of Kubernetes objects as people and tools write it: YAML (several documents, anchors, merge keys),
// JSON (one value or several), with lists opened up, and with the place of every field. Split into documents
// as kubectl does, so what is malformed in one does not hide the next. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/kube/json.h"
#include "lib/yaml/place.h"
#include "lib/yaml/yaml_value.h"

namespace cw::cli::manifest {

struct ManifestObject {
  kube::Json json;
  std::shared_ptr<const yaml::PlaceTree> places;
  yaml::PlaceTree::Index root = yaml::PlaceTree::kRoot;  // of this object in the places
  std::string source;                          // helm's "# Source: chart/templates/x.yaml"; often empty
  std::vector<yaml::RepeatedMember> repeated;  // paths below this object

  yaml::Place place_of(std::string_view field) const { return places->find(field, root); }
};

struct Manifest {
  std::vector<ManifestObject> objects;
  std::vector<yaml::TextProblem> problems;
  std::size_t documents = 0;  // that are not empty
};

Manifest read_manifest(std::string_view text);

}  // namespace cw::cli::manifest
