// What an ACME issuer asks of its account, and whether the account that its status tells of is that. Pure.
// Source: reference/controllers.md 4.2.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/acme/messages.h"
#include "lib/api/acme_issuer.h"
#include "lib/api/issuer.h"
#include "lib/base/result.h"
#include "lib/pki/private_key.h"

namespace cw::controller::issuers {

// As the field writes it into status.acme.lastPrivateKeyHash: base64 of the SHA-256 of the key's DER.
Result<std::string> private_key_hash(const pki::PrivateKey&);

// "mailto:…" in lower case; none for an empty address.
std::vector<std::string> account_contact(std::string_view email);

// Let's Encrypt's first protocol, which nobody speaks any more.
bool is_acme_v1_server(std::string_view url);

// The host and port of a URL in lower case; empty if it has none.
std::string host_of(std::string_view url);

// Nothing to ask the server: the issuer is Ready, and its account is that of this server, key and address.
bool is_registered(const api::Issuer&, std::string_view key_hash);

// The account URL of the status, if it is one of this server.
std::string known_account(const api::AcmeIssuer&, const std::optional<api::AcmeIssuerStatus>&);

// Of a Secret's value. Invalid: it is neither base64url nor base64, or empty.
Result<std::string> decode_binding_key(std::string_view text);

}  // namespace cw::controller::issuers
