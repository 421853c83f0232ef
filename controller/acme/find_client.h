// From an issuerRef to the issuer and the client of its account. Reads memory only.
#pragma once

#include <string>

#include "controller/acme/setback.h"
#include "controller/issuers/acme_clients.h"
#include "controller/issuers/issuer_directory.h"
#include "lib/api/references.h"
#include "lib/base/result.h"

namespace cw::controller::acme {

struct Served {
  issuers::IssuerPointer issuer;  // with spec.acme
  issuers::AcmeClients::Pointer client;
};
// NotFound: no such issuer. Invalid: it is no ACME issuer. Unavailable: it has no account yet.
Result<Served> find_client(const issuers::IssuerDirectory&, const issuers::AcmeClients&,
                           const api::IssuerReference&, const std::string& name_space);

}  // namespace cw::controller::acme
