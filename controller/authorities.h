// From a Certificate's issuerRef to the CA behind it. Reads caches, and the CA's Secret once for each of its
// versions. Thread-safe; what is given must outlive the answer.
#pragma once

#include "controller/certificates/authority.h"
#include "controller/issuers/ca_key_pair.h"
#include "controller/issuers/issuer_directory.h"

namespace cw::controller {

certificates::FindAuthority authority_finder(const issuers::IssuerDirectory&, issuers::CaKeyPairs&);

certificates::FindReadySince ready_since_finder(const issuers::IssuerDirectory&);

// Something about the issuer changed that certificates of it take into account.
bool says_other_to_leaves(const api::Issuer& before, const api::Issuer& after);

}  // namespace cw::controller
