#include "lib/dns01/rest.h"

#include <nlohmann/json.hpp>

namespace cw::dns01 {

Result<kube::Json> Rest::ask(const Request& request) const {
  return exchange_json(fetch_, {provider_,
                                request.action,
                                {.method = std::string(request.method),
                                 .url = base_ + request.target,
                                 .body = request.body,
                                 .content_type = request.body.empty() ? "" : "application/json",
                                 .headers = request.headers},
                                {request.secret}});
}

}  // namespace cw::dns01
