// The last step of an answer: from JSON to the encoding that the client accepts, spread over lines for
// people, and compressed where it is large. Errors are encoded by the same rules. Pure. Source:
// k8s.io/apiserver pkg/endpoints/handlers/responsewriters.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "apiserver/resource_table.h"
#include "apiserver/type_catalog.h"
#include "lib/http/server.h"

namespace cw::apiserver {

struct AnswerTypes {
  const ResourceTable& resources;
  const TypeCatalog& types;
};

// Streams and what is no JSON stay as they are, but for compression.
void finish_answer(const http::Request&, const AnswerTypes&, http::Response&);

// Nothing for a kind that has no protobuf form.
std::optional<std::string> protobuf_of(const Json& object, const AnswerTypes&);
// Events of a watch, one JSON line each, as frames of protobuf.
std::string watch_frames(std::string_view lines, const AnswerTypes&);

// JSON text on many lines, as Go's MarshalIndent with two spaces. The text must be JSON.
std::string indented(std::string_view json);

}  // namespace cw::apiserver
