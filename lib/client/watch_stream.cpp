#include "lib/client/watch_stream.h"

#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/kube/json.h"
#include "lib/kube/resource.h"
#include "lib/kube/status.h"
#include "lib/kube/watch_line.h"

namespace cw::client {
namespace {

using kube::Json;
using kube::WatchEventKind;

std::optional<WatchEventKind> kind_of(std::string_view type) {
  if (type == "ADDED") return WatchEventKind::Added;
  if (type == "MODIFIED") return WatchEventKind::Modified;
  if (type == "DELETED") return WatchEventKind::Deleted;
  if (type == "BOOKMARK") return WatchEventKind::Bookmark;
  return std::nullopt;
}

Error error_of_event(const Json& status) {
  const auto code = status.find("code");
  const int http = code != status.end() && code->is_number_integer() ? code->get<int>() : 500;
  return kube::error_of_answer(http, status.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace

Json as_asked(const kube::Resource& resource, bool metadata_only, Json object) {
  if (!metadata_only) {
    // Built-in kinds leave both out inside a list.
    if (!object.contains("apiVersion")) object["apiVersion"] = kube::api_version(resource);
    if (!object.contains("kind")) object["kind"] = resource.kind;
    return object;
  }
  Json metadata = object.value("metadata", Json::object());
  return {
      {"apiVersion", "meta.k8s.io/v1"}, {"kind", "PartialObjectMetadata"}, {"metadata", std::move(metadata)}};
}

bool WatchStream::is_known(std::string_view line) const {
  if (!is_known_) return false;
  const auto head = kube::peek_watch_line(line);
  return head && !head->is_deletion && is_known_(head->key, head->version);
}

bool WatchStream::take_line(std::string_view line) {
  if (is_known(line)) return true;
  Result<Json> parsed = kube::parse_json(line);
  Json event = parsed ? std::move(parsed).value() : Json();
  const bool well_formed = event.is_object() && event.contains("type") && event["type"].is_string() &&
                           event.contains("object") && event["object"].is_object();
  if (!well_formed) {
    failure_ = Error{Code::Unavailable, "watch: the server sent a line that is no event"};
    return false;
  }
  const std::string& type = event["type"].get_ref<const std::string&>();
  if (type == "ERROR") {
    failure_ = error_of_event(event["object"]);
    return false;
  }
  const auto kind = kind_of(type);
  if (kind) on_event_(*kind, as_asked(resource_, metadata_only_, std::move(event["object"])));
  return true;
}

}  // namespace cw::client
