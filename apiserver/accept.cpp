// Content negotiation of Presentation.
#include <algorithm>
#include <map>

#include "apiserver/presentation.h"
#include "lib/base/ascii.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

struct MediaRange {
  std::string type;  // "application/json"
  std::map<std::string, std::string> parameters;
};

// The next piece up to the separator, taken off the text.
std::string_view take_piece(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view piece = trimmed(text.substr(0, end), " \t");
  text.remove_prefix(std::min(end + 1, text.size()));
  return piece;
}

MediaRange parse_range(std::string_view text) {
  MediaRange range;
  range.type = take_piece(text, ';');
  while (!text.empty()) {
    std::string_view parameter = take_piece(text, ';');
    const std::string name(take_piece(parameter, '='));
    range.parameters[name] = parameter;
  }
  return range;
}

bool is_json(const std::string& type) {
  return type == "application/json" || type == "application/*" || type == "*/*";
}

// False if it cannot be answered.
bool read_range(const MediaRange& range, Wanted& wanted) {
  if (!is_json(range.type)) return false;
  const auto parameter = [&](const char* name) {
    const auto at = range.parameters.find(name);
    return at != range.parameters.end() ? at->second : std::string();
  };
  const std::string as = parameter("as");
  if (as.empty()) return true;
  const bool known_group =
      parameter("g") == "meta.k8s.io" && (parameter("v") == "v1" || parameter("v") == "v1beta1");
  if (!known_group) return false;
  if (as == "Table") {
    wanted.form = Form::Table;
  } else if (as == "PartialObjectMetadata" || as == "PartialObjectMetadataList") {
    wanted.form = Form::Partial;
  } else {
    return false;
  }
  return true;
}

Outcome<Wanted> with_row_object(Wanted wanted, const Query& query) {
  const std::string include = parameter(query, "includeObject");
  if (include == "None") {
    wanted.row_object = RowObject::None;
  } else if (include == "Object") {
    wanted.row_object = RowObject::Object;
  } else if (!include.empty() && include != "Metadata") {
    return kube::bad_request("unrecognized includeObject value: " + kube::quoted(include));
  }
  return wanted;
}

}  // namespace

Outcome<Wanted> read_accept(std::string_view accept, const Query& query, Family family) {
  if (trimmed(accept, " \t").empty()) return Wanted{};
  while (!accept.empty()) {
    Wanted wanted;
    if (read_range(parse_range(take_piece(accept, ',')), wanted)) return with_row_object(wanted, query);
  }
  constexpr std::string_view kTypes = "application/json";
  if (family == Family::Custom) {
    return StatusError(kube::Reason::NotAcceptable,
                       "only the following media types are accepted: " + std::string(kTypes));
  }
  StatusError error(kube::Reason::NotAcceptable,
                    "406: Not Acceptable\n\nAvailable representations: " + std::string(kTypes));
  error.details = kube::StatusDetails{};
  return error;
}

}  // namespace cw::apiserver
