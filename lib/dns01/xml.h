// Small XML documents as trees: elements and their text, no attributes, namespaces' names left as they stand.
// Bounded: depth, number of elements; a DOCTYPE (and so every entity of its own) is refused. Pure.
// Errors: Invalid.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace cw::dns01 {

struct XmlElement {
  std::string name;
  std::string text;  // directly in it
  std::vector<XmlElement> children;

  const XmlElement* child(std::string_view child_name) const;  // nullptr if there is none
  // nullptr if there is none.
  const XmlElement* at(std::initializer_list<std::string_view> path) const;
  // "" if there is none.
  std::string text_at(std::initializer_list<std::string_view> path) const;
};

Result<XmlElement> parse_xml(std::string_view text);

}  // namespace cw::dns01
