#include "apiserver/field_set.h"

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

// An item shows its keys: [type="Ready",n=5]; any other element its value.
std::string shown_element(const std::string& element) {
  const std::string rest = element.substr(2);
  if (element.starts_with("f:")) return "." + rest;
  if (!element.starts_with("k:")) return "[" + std::string(element.starts_with("v:") ? "=" : "") + rest + "]";
  const Result<Json> keys = kube::parse_json(rest);
  std::string out = "[";
  if (keys && keys->is_object()) {
    for (const auto& [name, value] : keys->items()) {
      if (out.size() > 1) out += ',';
      out += name + "=" + dumped(value);
    }
  }
  return out + "]";
}

void collect_paths(const FieldSet& set, const std::string& path, std::vector<std::string>& paths) {
  if (set.owned) paths.push_back(path);
  for (const auto& [element, inner] : set.below) collect_paths(inner, path + shown_element(element), paths);
}

Json to_json(const FieldSet& set) {
  Json out = Json::object();
  if (set.owned && !set.below.empty()) out["."] = Json::object();
  for (const auto& [element, inner] : set.below) out[element] = to_json(inner);
  return out;
}

bool is_element(const std::string& text) {
  return text.size() >= 2 && text[1] == ':' &&
         (text[0] == 'f' || text[0] == 'k' || text[0] == 'v' || text[0] == 'i');
}

}  // namespace

void FieldSet::insert(const FieldElements& path) {
  FieldSet* at = this;
  for (const std::string& element : path) at = &at->below[element];
  at->owned = true;
}

const FieldSet& FieldSet::at(const std::string& element) const {
  static const FieldSet kNothing;
  const auto found = below.find(element);
  return found != below.end() ? found->second : kNothing;
}

Result<FieldSet> parse_field_set(const Json& fields_v1) {
  if (!fields_v1.is_object()) return Error{Code::Invalid, "fieldsV1 is no tree of fields"};
  FieldSet set;
  for (const auto& [element, inner] : fields_v1.items()) {
    if (element == ".") {
      set.owned = true;
      continue;
    }
    if (!is_element(element)) return Error{Code::Invalid, "fieldsV1 has an element of an unknown kind"};
    FieldSet below = TRY(parse_field_set(inner));
    if (below.below.empty()) below.owned = true;  // a leaf
    set.below.emplace(element, std::move(below));
  }
  return set;
}

Json to_fields_v1(const FieldSet& set) { return to_json(set); }

FieldSet united(FieldSet a, const FieldSet& b) {
  a.owned = a.owned || b.owned;
  for (const auto& [element, inner] : b.below) {
    FieldSet& mine = a.below[element];
    mine = united(std::move(mine), inner);
  }
  return a;
}

FieldSet common(const FieldSet& a, const FieldSet& b) {
  FieldSet out;
  out.owned = a.owned && b.owned;
  for (const auto& [element, inner] : a.below) {
    FieldSet both = common(inner, b.at(element));
    if (!both.empty()) out.below.emplace(element, std::move(both));
  }
  return out;
}

FieldSet minus(FieldSet a, const FieldSet& b) {
  if (b.owned) a.owned = false;
  for (const auto& [element, inner] : b.below) {
    const auto mine = a.below.find(element);
    if (mine == a.below.end()) continue;
    mine->second = minus(std::move(mine->second), inner);
    if (mine->second.empty()) a.below.erase(mine);
  }
  return a;
}

FieldSet with_parents(FieldSet set) {
  for (auto& [element, inner] : set.below) {
    if (element.starts_with("f:")) inner.owned = true;
    inner = with_parents(std::move(inner));
  }
  return set;
}

std::vector<std::string> shown_paths(const FieldSet& set) {
  std::vector<std::string> paths;
  collect_paths(set, {}, paths);
  return paths;
}

}  // namespace cw::apiserver
