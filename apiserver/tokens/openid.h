// The documents by which others verify tokens of ServiceAccounts (OpenID Connect Discovery): paths that are
// no resources. Pure.
#pragma once

#include <optional>
#include <string>

#include "apiserver/tokens/token_keys.h"
#include "lib/http/server.h"

namespace cw::apiserver {

// nullopt: the path is none of them. `url`: of this server.
std::optional<http::Response> openid_response(const http::Request&, const TokenKeys&, const std::string& url);

}  // namespace cw::apiserver
