// The API server in this process, for fuzz targets: in memory, with the namespace "ns", asked as an
// administrator. Each answer is looked at: whatever was asked, it is well-formed, and a refusal is a Status
// that fits its code. It starts anew now and then, so that what inputs leave behind does not pile up. Not
// thread-safe.
#pragma once

#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "lib/http/server.h"
#include "lib/kube/json.h"

namespace cw::fuzz {

using kube::Json;

struct ApiAnswer {
  int status = 0;
  std::string content_type = {};
  Json body;  // discarded if it is not JSON
  bool ok() const { return status < 300; }
};

// A request of any kind. One that would make the server call others is not sent: status 0.
ApiAnswer send(http::Request);

// With a body: null for none.
ApiAnswer ask(const std::string& method, const std::string& path, const Json& body,
              const std::string& content_type = "application/json",
              std::multimap<std::string, std::string> query = {});
inline ApiAnswer get(const std::string& path) { return ask("GET", path, nullptr); }

// The object at the path goes, whatever finalizers hold it.
void remove_at(const std::string& path);

// Once an input; makes the server anew after so many.
void next_input(int most);

// A number that no other call in the process gave.
int fresh_number();

// Where objects of a kind are: "configmap", "service", "secret", "lease", "ingress", "pod"; all else is a
// Certificate.
struct Place {
  std::string path;
  std::string api_version;
  std::string kind;
};
Place place_of(const std::string& name);

}  // namespace cw::fuzz
