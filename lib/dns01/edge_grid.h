// Akamai EdgeGrid: proves who asks by an HMAC over the request (EG1-HMAC-SHA256). Pure.
// Source: Akamai developer documentation, "Authenticate with EdgeGrid".
#pragma once

#include <string>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/base/secret.h"
#include "lib/http/fetch.h"

namespace cw::dns01 {

struct EdgeGridKeys {
  SecretBytes client_token;
  SecretBytes client_secret;
  SecretBytes access_token;
};

// The Authorization header of that request. `nonce`: never the same twice. Only the body of a POST counts,
// and only its first 128 KiB. Invalid: the URL does not parse.
Result<std::string> edge_grid_authorization(const http::FetchRequest&, const EdgeGridKeys&, TimePoint now,
                                            std::string_view nonce);

}  // namespace cw::dns01
