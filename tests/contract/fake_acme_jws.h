// Reading what clients sign, as a server does: the counterpart of lib/acme/jws.h. Pure.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "lib/base/result.h"
#include "lib/pki/public_key.h"

namespace cw::contract {

struct Jws {
  nlohmann::json header;  // the protected one
  std::string payload;
  std::string signing_input;
  std::string signature;
};
// Invalid: no flattened JWS.
Result<Jws> parse_jws(std::string_view text);
Result<pki::PublicKey> parse_jwk(const nlohmann::json&);
// Invalid: the algorithm is not one of that key, or the signature is wrong.
Status verify_jws(const Jws&, const pki::PublicKey&);

}  // namespace cw::contract
