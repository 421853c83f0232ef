// RequestInfo: what a request line asks for, in the API's terms. Pure.
// Source: k8s.io/apiserver pkg/endpoints/request/requestinfo.go.
#pragma once

#include <string>
#include <string_view>

#include "lib/http/server.h"

namespace cw::apiserver {

struct RequestInfo {
  bool is_resource = false;
  std::string path = {};
  // "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"; of a path that is no
  // resource the HTTP method in lower case.
  std::string verb = {};
  std::string group = {};
  std::string version = {};
  std::string name_space = {};
  std::string resource = {};
  std::string sub_resource = {};
  std::string name = {};
  // Of a list or watch by metadata.name: whose rights are asked.
  std::string selected_name = {};
};

RequestInfo read_request(const http::Request&);

}  // namespace cw::apiserver
