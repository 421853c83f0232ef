#include "lib/dns/names.h"

#include <algorithm>

#include "lib/dns/ldns_handles.h"

namespace cw::dns {
namespace {

Result<Data> parse_name(std::string_view text) {
  const std::string terminated(text);
  const bool is_text = !text.empty() && text.find('\0') == std::string_view::npos;
  Data name(is_text ? ldns_dname_new_frm_str(terminated.c_str()) : nullptr);
  if (!name) return Error{Code::Invalid, "\"" + terminated.substr(0, 255) + "\" is no domain name"};
  return name;
}

// Of the first label, without its dot.
std::size_t label_size(std::string_view name) {
  std::size_t at = 0;
  while (at < name.size() && name[at] != '.') at += name[at] == '\\' ? 2 : 1;
  return std::min(at, name.size());
}

}  // namespace

Result<std::string> absolute_name(std::string_view text) {
  const Data name = TRY(parse_name(text));
  return name_text(name.get());
}

Result<std::string> wire_name(std::string_view text) {
  const Data name = TRY(parse_name(text));
  return std::string(reinterpret_cast<const char*>(ldns_rdf_data(name.get())), ldns_rdf_size(name.get()));
}

std::string parent_of(std::string_view name) {
  const std::size_t size = label_size(name);
  if (size + 1 >= name.size()) return ".";
  return std::string(name.substr(size + 1));
}

bool is_within(std::string_view name, std::string_view zone) {
  if (zone == "." || name == zone) return true;
  while (name.size() > zone.size()) {
    const std::size_t size = label_size(name);
    if (size + 1 >= name.size()) return false;
    name.remove_prefix(size + 1);
    if (name == zone) return true;
  }
  return false;
}

}  // namespace cw::dns
