#include "apiserver/stored_object.h"

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/base/assert.h"
#include "lib/kube/json.h"
#include "lib/kube/json_text.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kMetadataStart = "\"metadata\":{";

void append_member(std::string& out, std::string_view key, const Json& value) {
  if (out.back() != '{') out += ',';
  kube::append_json_string(out, key);
  out += ':';
  out += dumped(value);
}

kube::Map labels_of(const Json& metadata) {
  kube::Map labels;
  for (const auto& [key, value] : object_member(metadata, "labels").items()) {
    if (value.is_string()) labels.set(key, value.get<std::string>());
  }
  return labels;
}

std::vector<Owner> owners_of(const Json& metadata) {
  std::vector<Owner> owners;
  for (const Json& entry : array_member(metadata, "ownerReferences")) {
    owners.push_back({text_member(entry, "apiVersion"), text_member(entry, "kind"),
                      text_member(entry, "name"), text_member(entry, "uid"),
                      true_member(entry, "blockOwnerDeletion")});
  }
  return owners;
}

// Where the members of metadata begin. The type in front of it holds no such text.
std::size_t metadata_at(const std::string& text) {
  const std::size_t at = text.find(kMetadataStart);
  CW_ASSERT(at != std::string::npos);
  return at + kMetadataStart.size();
}

// The text of metadata, with its braces.
std::string_view metadata_text_of(const std::string& text) {
  const std::size_t begin = metadata_at(text) - 1;
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t at = begin; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\') ++at;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return std::string_view(text).substr(begin, at + 1 - begin);
    }
  }
  return {};
}

ObjectHead read_head(const std::string& text) {
  const Result<Json> metadata = kube::parse_json(metadata_text_of(text));
  if (!metadata) return {};
  return {text_member(*metadata, "uid"), labels_of(*metadata), owners_of(*metadata)};
}

}  // namespace

const ObjectHead& StoredObject::head() const {
  std::call_once(head_once_, [this] { head_ = read_head(text_); });
  return head_;
}

std::string canonical_text(const Json& object) {
  std::string out = "{";
  append_member(out, "apiVersion", object.at("apiVersion"));
  append_member(out, "kind", object.at("kind"));
  out.append(",").append(kMetadataStart);
  for (const auto& [key, value] : object.at("metadata").items()) {
    if (key != "resourceVersion") append_member(out, key, value);
  }
  CW_ASSERT(out.back() != '{');
  out += '}';
  for (const auto& [key, value] : object.items()) {
    if (key != "apiVersion" && key != "kind" && key != "metadata") append_member(out, key, value);
  }
  out += '}';
  return out;
}

std::string_view api_version_of(const StoredObject& object) {
  constexpr std::string_view kStart = R"({"apiVersion":")";  // as canonical_text() begins; nothing is escaped
  const std::string_view text = object.text();
  CW_ASSERT(text.starts_with(kStart));
  return text.substr(kStart.size(), text.find('"', kStart.size()) - kStart.size());
}

Json parse_metadata(const StoredObject& object) {
  Result<Json> metadata = kube::parse_json(metadata_text_of(object.text()));
  CW_ASSERT(metadata.has_value());
  (*metadata)["resourceVersion"] = std::to_string(object.revision());
  return std::move(metadata).value();
}

Json parse_object(const StoredObject& object) {
  Result<Json> json = kube::parse_json(object.text());
  CW_ASSERT(json.has_value());  // the store hands out only what it has checked
  (*json)["metadata"]["resourceVersion"] = std::to_string(object.revision());
  return std::move(json).value();
}

void append_object(std::string& out, const StoredObject& object, ShownMembers shown) {
  const std::string& text = object.text();
  const std::size_t at = metadata_at(text);
  if (shown == ShownMembers::All) {
    out.append(text, 0, at);
  } else {
    out.append("{").append(kMetadataStart);
  }
  out.append("\"resourceVersion\":\"").append(std::to_string(object.revision())).append("\",");
  out.append(text, at);
}

}  // namespace cw::apiserver
