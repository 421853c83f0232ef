// YamlDocument: one YAML document as a tree of nodes with their places, made from libyaml's events. libyaml
// is the parser that go-yaml, and so kubectl, is a translation of: it accepts what they accept, keeps its own
// stack, and goes forward with every step, so it ends on any input. Data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/yaml/place.h"

namespace cw::yaml {

struct YamlNode {
  enum class Kind : std::uint8_t { Scalar, Sequence, Mapping, Alias };
  Kind kind = Kind::Scalar;
  bool plain = false;  // a scalar that is not quoted and has no tag
  Place place;
  std::string tag;                   // empty: none
  std::string text;                  // of a scalar
  std::vector<std::uint32_t> parts;  // items; keys and values in turn; the one node that an alias names
};

struct YamlDocument {
  std::vector<YamlNode> nodes;  // the first is the document's value; none: an empty document
};

struct TextProblem {
  Place at;
  std::string message;
  bool operator==(const TextProblem&) const = default;
};

struct YamlStream {
  std::vector<YamlDocument> documents;  // those before the problem
  std::vector<TextProblem> problems;    // none or one: nothing after it was read
  std::string go_words;                 // a malformed text's problem as go-yaml v2 says it
};

// Whether the text has more %TAG directives than are read: the parser compares each with all before it.
bool has_many_directives(std::string_view text);

// Text without a byte order mark and without many directives; `first_line` is the number of its first line.
YamlStream read_yaml(std::string_view text, int first_line);

}  // namespace cw::yaml
