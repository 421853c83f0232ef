// Access tokens as OAuth 2.0 servers hand them out (RFC 6749 §5.1, RFC 7523). Pure but for the exchange.
// Errors: exchange.h; credentials that are refused are Forbidden whatever the HTTP status (RFC 6749 §5.2 has
// 400).
#pragma once

#include <string>

#include "lib/base/secret.h"
#include "lib/dns01/exchange.h"
#include "lib/dns01/renewed.h"
#include "lib/dns01/texts.h"

namespace cw::dns01 {

using AccessToken = Expiring<SecretBytes>;

Result<AccessToken> exchange_token(http::HttpFetch&, const Call&, TimePoint now);
http::FetchRequest token_form(const std::string& url, const Parameters&);

}  // namespace cw::dns01
