// What FakeAcmeWire answers with, as JSON. Pure.
#pragma once

#include <nlohmann/json.hpp>

#include "lib/acme/failure.h"
#include "lib/acme/messages.h"
#include "lib/http/client.h"

namespace cw::contract {

http::ClientResponse json_response(int status, const nlohmann::json& body);
// A problem document.
http::ClientResponse problem_response(const acme::Failure&);

nlohmann::json to_json(const acme::Directory&);
nlohmann::json to_json(const acme::Account&);
nlohmann::json to_json(const acme::Order&);
nlohmann::json to_json(const acme::Challenge&);
nlohmann::json to_json(const acme::Authorization&);
nlohmann::json to_json(const acme::RenewalInfo&);

acme::OrderRequest order_request_of(const nlohmann::json&);

}  // namespace cw::contract
