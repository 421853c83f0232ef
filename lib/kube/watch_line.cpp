#include "lib/kube/watch_line.h"

#include <string>

#include <simdjson.h>

#include "lib/kube/resource_version.h"

namespace cw::kube {
namespace {

std::string text_at(const simdjson::dom::element& metadata, std::string_view name) {
  std::string_view text;
  return metadata[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

}  // namespace

std::optional<WatchLineHead> peek_watch_line(std::string_view line) {
  thread_local simdjson::dom::parser parser;
  const simdjson::padded_string padded(line);
  simdjson::dom::element root;
  std::string_view type;
  simdjson::dom::element metadata;
  if (parser.parse(padded).get(root) != simdjson::SUCCESS || root["type"].get(type) != simdjson::SUCCESS ||
      root["object"]["metadata"].get(metadata) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  if (type != "ADDED" && type != "MODIFIED" && type != "DELETED") return std::nullopt;
  return WatchLineHead{.is_deletion = type == "DELETED",
                       .key = {text_at(metadata, "namespace"), text_at(metadata, "name")},
                       .version = version_number(text_at(metadata, "resourceVersion"))};
}

}  // namespace cw::kube
