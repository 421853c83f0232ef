// What an Order asks of its server, and what it takes from it. Pure.
// Source: reference/controllers.md 5.2 (newOrder), 5.4.
#pragma once

#include <string>
#include <string_view>

#include "controller/acme/setback.h"
#include "lib/acme/messages.h"
#include "lib/api/order.h"
#include "lib/base/result.h"
#include "lib/pki/csr.h"

namespace cw::controller::acme {

wire::OrderRequest order_request(const api::OrderSpec&, TimePoint now);

// PEM, or DER as old releases stored it. Invalid: neither.
Result<pki::Csr> csr_of(const api::OrderSpec&);

// The last certificate of the chain was issued by this common name. Invalid: no chain.
Result<bool> ends_with(std::string_view chain_pem, std::string_view issuer_common_name);

// Invalid: not a chain, or its first certificate has another key than the request.
Status check_issued(std::string_view chain_pem, const pki::Csr&);

}  // namespace cw::controller::acme
