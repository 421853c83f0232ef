// Answers of the API over HTTP: bodies, status codes, warnings. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/http/server.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

http::Response json_response(int status, std::string body);
http::Response status_response(const kube::StatusError&);
http::Response text_response(int status, std::string body);
// What Go's HTTP server says of a path that nobody serves.
http::Response no_such_page();

// As Warning headers, which kubectl prints. Long ones are cut.
void add_warnings(http::Response&, const std::vector<std::string>& warnings);

}  // namespace cw::apiserver
