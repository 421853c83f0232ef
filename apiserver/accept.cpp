// Content negotiation of Presentation.
#include "apiserver/wire/accept.h"

#include "apiserver/presentation.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

StatusError not_acceptable(std::string_view types) {
  return {kube::Reason::NotAcceptable, "only the following media types are accepted: " + std::string(types)};
}

}  // namespace

StatusError no_representation(std::string_view types) {
  StatusError error(kube::Reason::NotAcceptable,
                    "406: Not Acceptable\n\nAvailable representations: " + std::string(types));
  error.details = kube::StatusDetails{};
  return error;
}

namespace {

// False if the range cannot be answered in this encoding.
bool read_range(const MediaRange& range, Family family, Wanted& wanted) {
  const std::string_view stream = range.parameter("stream");
  if (!stream.empty() && (stream != "watch" || wanted.encoding == Encoding::Yaml)) return false;
  wanted.pretty = range.parameter("pretty") == "1";
  const std::string_view as = range.parameter("as");
  const std::string_view version = range.parameter("v");
  const std::string_view group = range.parameter("g");
  if (as.empty() && version.empty() && group.empty()) {
    return family != Family::Custom || wanted.encoding != Encoding::Protobuf;
  }
  if (group != "meta.k8s.io" || (version != "v1" && version != "v1beta1")) return false;
  if (as == "Table") {
    if (family == Family::Review) return false;  // they have no columns
    wanted.form = Form::Table;
    return wanted.encoding != Encoding::Protobuf;
  }
  wanted.form = Form::Partial;
  wanted.asks_list = as == "PartialObjectMetadataList";
  return wanted.asks_list || as == "PartialObjectMetadata";
}

Outcome<Wanted> with_row_object(Wanted wanted, const Query& query) {
  const std::string include = parameter(query, "includeObject");
  if (include == "None") {
    wanted.row_object = RowObject::None;
  } else if (include == "Object") {
    wanted.row_object = RowObject::Object;
  } else if (!include.empty() && include != "Metadata" && wanted.form == Form::Table) {
    return kube::bad_request("Unable to convert to Table as requested: includeObject: Invalid value: " +
                             kube::quoted(include) + ": must be 'Metadata', 'Object', 'None', or empty");
  }
  return wanted;
}

}  // namespace

Outcome<Wanted> read_accept(const http::Request& request, std::string_view verb, Family family) {
  const std::string_view accept = request.header("Accept");
  const bool many = verb == "list" || verb == "watch";
  if (family != Family::Custom) {
    std::string produced(kAllMediaTypes);
    if (many) produced.append(", ").append(kWatchMediaTypes);
    if (!route_accepts(accept, produced)) return no_representation(produced);
  }
  if (accept.empty()) return Wanted{};
  for (const MediaRange& range : parse_accept(accept)) {
    for (const Encoding encoding : {Encoding::JsonText, Encoding::Yaml, Encoding::Protobuf}) {
      Wanted wanted{.encoding = encoding};
      if (!range.covers(encoding) || !read_range(range, family, wanted)) continue;
      if (verb == "watch" && encoding == Encoding::Yaml) return not_acceptable(kWatchMediaTypes);
      return with_row_object(wanted, request.query);
    }
  }
  return not_acceptable(kAllMediaTypes);
}

Outcome<Done> check_plain_accept(const http::Request& request, Family family) {
  const Wanted wanted = TRY(read_accept(request, "get", family));
  if (wanted.form != Form::Object) return not_acceptable(kAllMediaTypes);
  return Done{};
}

}  // namespace cw::apiserver
