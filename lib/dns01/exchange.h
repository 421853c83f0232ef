// Exchange: one request to a provider's HTTP API, and its failure as an Error that may stand in a status:
// who, doing what, the HTTP status and the provider's own words, without credentials, request identifiers or
// times. Errors: Forbidden (401, 403), NotFound (404), Conflict (409, 412), Unavailable (408, 429, 5xx, no
// answer or a broken one), Invalid (any other). Thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/http/fetch.h"
#include "lib/kube/json.h"

namespace cw::dns01 {

struct Call {
  std::string_view provider;  // "Cloudflare"
  std::string_view action;    // "list zones"
  http::FetchRequest request;
  std::vector<std::string_view> secrets = {};  // what no message may repeat
};

// Whatever HTTP status it has.
Result<http::ClientResponse> exchange(http::HttpFetch&, const Call&);
// The JSON of an answer with status 2xx; an empty body is an empty object.
Result<kube::Json> exchange_json(http::HttpFetch&, const Call&);

Code code_of(int http_status);
bool is_success(int http_status);
// An answer that says no. `said`: the provider's words; secrets, control characters and length are taken care
// of here.
Error refusal(const Call&, int http_status, std::string_view said);
Error broken_answer(const Call&, std::string_view why);

// The provider's words in a JSON body, in the forms that are common among them; "" if there are none.
std::string words_in(const kube::Json& body);

}  // namespace cw::dns01
