#include "lib/dns01/xml.h"

#include <algorithm>
#include <memory>

#include <expat.h>

namespace cw::dns01 {
namespace {

constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kMaxElements = 50'000;

struct ParserFree {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, ParserFree>;

struct Building {
  XML_Parser parser = nullptr;
  XmlElement above;               // of the document's element
  std::vector<XmlElement*> open;  // from `above` down; an element does not move while one below it is open
  std::size_t elements = 0;
};

Building& building(void* data) { return *static_cast<Building*>(data); }

void on_start(void* data, const XML_Char* name, const XML_Char** /*attributes*/) {
  auto& built = building(data);
  if (built.open.size() > kMaxDepth || ++built.elements > kMaxElements) {
    XML_StopParser(built.parser, XML_FALSE);
    return;
  }
  built.open.push_back(
      &built.open.back()->children.emplace_back(XmlElement{.name = name, .text = {}, .children = {}}));
}

void on_end(void* data, const XML_Char* /*name*/) {
  auto& open = building(data).open;
  if (open.size() > 1) open.pop_back();
}

void on_text(void* data, const XML_Char* text, int size) {
  building(data).open.back()->text.append(text, static_cast<std::size_t>(size));
}

void on_doctype(void* data, const XML_Char* /*name*/, const XML_Char* /*system*/,
                const XML_Char* /*public_id*/, int /*internal*/) {
  XML_StopParser(building(data).parser, XML_FALSE);
}

}  // namespace

const XmlElement* XmlElement::child(std::string_view child_name) const {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const XmlElement& one) { return one.name == child_name; });
  return found == children.end() ? nullptr : &*found;
}

const XmlElement* XmlElement::at(std::initializer_list<std::string_view> path) const {
  const XmlElement* here = this;
  for (const auto step : path) {
    here = here->child(step);
    if (here == nullptr) return nullptr;
  }
  return here;
}

std::string XmlElement::text_at(std::initializer_list<std::string_view> path) const {
  const XmlElement* found = at(path);
  return found == nullptr ? "" : found->text;
}

Result<XmlElement> parse_xml(std::string_view text) {
  const Parser parser(XML_ParserCreate("UTF-8"));
  if (parser == nullptr) return Error{Code::Internal, "no memory for an XML parser"};
  Building built;
  built.parser = parser.get();
  built.open.push_back(&built.above);
  XML_SetUserData(parser.get(), &built);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
  const auto status = XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE);
  if (status != XML_STATUS_OK || built.above.children.empty()) return Error{Code::Invalid, "it is no XML"};
  return std::move(built.above.children.front());
}

}  // namespace cw::dns01
