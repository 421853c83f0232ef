// What kind of issuer an Issuer's spec describes. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "lib/api/issuer.h"

namespace cw::controller::issuers {

enum class IssuerType : std::uint8_t { None, Acme, Ca, Vault, SelfSigned, Venafi };

// The first that is set, in the field's order (reference/controllers.md 0.5).
IssuerType type_of(const api::IssuerSpec&);
// As the spec field is called: "selfSigned".
std::string_view name_of(IssuerType);

}  // namespace cw::controller::issuers
