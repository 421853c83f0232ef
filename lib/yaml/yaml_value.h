// A YAML document as the JSON that the API server gets for it, with the place of every value. Aliases are
// followed and counted, merge keys work as in go-yaml v2. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "lib/kube/json.h"
#include "lib/yaml/place.h"
#include "lib/yaml/yaml_document.h"

namespace cw::yaml {

// What all documents of one file may come to together, aliases multiplied.
struct Budget {
  std::size_t nodes = 0;
  std::size_t bytes = 0;
};

// A member that its mapping has already: the last one counts, as for kubectl.
struct RepeatedMember {
  Place at;
  std::string path;  // "spec.secretName"
  std::string key = {};
  int value_line = 0;  // where the value starts that counts
};

class YamlValueReader {
 public:
  YamlValueReader(const YamlDocument& document, Budget& budget) : document_(document), budget_(budget) {}

  // nullopt: problem() says why the document cannot be used.
  std::optional<kube::Json> read();
  const TextProblem& problem() const { return problem_; }
  PlaceTree& places() { return places_; }
  std::vector<RepeatedMember>& repeated() { return repeated_; }

 private:
  using Node = PlaceTree::Index;
  // Where a value goes: its place and its path.
  struct Target {
    kube::Json& json;
    Node place;
    int depth;
  };
  struct Merge {
    std::uint32_t source;
    Place at;
  };

  bool value(std::uint32_t index, const Target&);
  bool scalar(const YamlNode&, const Target&);
  bool sequence(const YamlNode&, const Target&);
  bool mapping(const YamlNode&, const Target&);
  bool member(std::uint32_t key, std::uint32_t value, const Target&);
  bool merge(const Merge&, const Target&);
  bool merge_one(std::uint32_t source, const Target&);
  std::optional<std::string> key_of(std::uint32_t index);
  std::uint32_t resolved(std::uint32_t index) const;
  bool refuse(Place, std::string message);

  const YamlDocument& document_;
  Budget& budget_;
  PlaceTree places_;
  TextProblem problem_;
  std::vector<RepeatedMember> repeated_;
  std::vector<std::string> path_;        // of the value that is read
  std::vector<std::uint32_t> followed_;  // nodes that aliases on the way name
};

}  // namespace cw::yaml
