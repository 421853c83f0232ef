// The answers below /openapi: media types, caching by hash and ETag. Pure. Source: k8s.io/kube-openapi
// pkg/handler, pkg/handler3.
#pragma once

#include "apiserver/openapi.h"
#include "lib/http/server.h"

namespace cw::apiserver {

http::Response openapi_response(const http::Request&, const OpenApi&);

// What HTTP caches compare documents by: the SHA-256 of a text in upper-case hex.
std::string content_hash(std::string_view text);
// 304 if the client has the document already (If-None-Match); sets the ETag.
void set_etag(const http::Request&, const std::string& hash, http::Response&);

}  // namespace cw::apiserver
