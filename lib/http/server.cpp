#include "lib/http/server.h"

#include <algorithm>

#include "lib/http/engine.h"
#include "lib/http/header_lookup.h"

namespace cw::http {

std::string_view Request::header(std::string_view name) const { return find_header(headers, name); }

std::string_view Request::parameter(std::string_view name) const {
  const auto found = query.find(std::string(name));
  return found == query.end() ? std::string_view() : std::string_view(found->second);
}

struct Server::Impl {
  Engine engine;
};

Server::Server(ServerOptions options, Handler handler)
    : impl_(new Impl{.engine = Engine(std::move(options), std::move(handler))}) {}

Server::~Server() = default;

Result<int> Server::start() { return impl_->engine.start(); }

void Server::stop(std::chrono::milliseconds drain) { impl_->engine.stop(drain); }

}  // namespace cw::http
