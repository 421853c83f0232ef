// A file of Kubernetes objects as people write it: YAML (several documents, anchors, merge keys) or JSON,
// with lists opened up, and with the line that each field stands at. Reads what kubectl reads: plain scalars
// have the types of YAML 1.1, as in go-yaml v2. Hostile files are bounded in size, depth, and in what aliases
// multiply. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/kube/json.h"

namespace cw::cli {

inline constexpr std::size_t kMaxManifestBytes = 8UL << 20U;
inline constexpr std::size_t kMaxManifestNodes = 200000;  // with aliases multiplied

// Counted from 1; 0 is unknown.
struct Place {
  int line = 0;
  int column = 0;
};

// Where the values of one document are, by path: "spec.dnsNames[0]".
class Places {
 public:
  void add(std::string path, Place place) { places_.emplace(std::move(path), place); }
  // That of the value, or of the nearest one around it that is there.
  Place find(std::string_view path) const;

 private:
  std::map<std::string, Place, std::less<>> places_;
};

struct ManifestProblem {
  Place at;
  std::string field;  // empty: the text as such
  std::string message;
};

struct ManifestObject {
  kube::Json object;
  std::string prefix;  // of its fields in the document: "items[2]." inside a list, else empty
  std::shared_ptr<const Places> places;

  Place place_of(std::string_view field) const { return places->find(prefix + std::string(field)); }
};

struct Manifest {
  std::vector<ManifestObject> objects;
  std::vector<ManifestProblem> problems;  // malformed text, members that stand twice
};

Manifest read_manifest(std::string_view text);

}  // namespace cw::cli
