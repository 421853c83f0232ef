// The target Secret as the field lays it out (reference/controllers.md 1.9): data, labels, annotations,
// owner. What others put into an existing Secret stays. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "controller/certificates/keystores.h"
#include "controller/certificates/view.h"
#include "lib/api/certificate.h"
#include "lib/api/references.h"
#include "lib/api/secret.h"
#include "lib/base/result.h"
#include "lib/pki/certificate.h"

namespace cw::controller::certificates {

// No: nothing of an issuer may stand on the Secret. Otherwise the annotations stay where `issuer` is not
// given.
enum class NamesIssuer : std::uint8_t { AsGiven, No };

struct TargetContent {
  std::string key_pem;
  std::string chain_pem;
  std::string ca_pem = {};                          // empty: none
  std::optional<api::IssuerReference> issuer = {};  // nullopt: the annotations that name it stay as they are
  std::optional<pki::Certificate> leaf = {};        // the first of the chain, if it has been parsed already
  NamesIssuer names_issuer = NamesIssuer::AsGiven;
  Keystores keystores = {};  // those that the spec asks for, as they are to be
};

// `existing`: what is there now, or nothing. Invalid: the chain or the key is no PEM.
Result<api::Secret> target_secret(const std::optional<api::Secret>& existing, const TargetContent&,
                                  const api::Certificate&, const Settings&);

// The content that a Secret has already.
TargetContent content_of(const api::Secret&);

// How the Secret differs from what target_secret makes of its own content; nullopt: not at all, or it holds
// nothing that could be written anew.
std::optional<Finding> target_drift(const api::Secret&, const api::Certificate&, const Settings&);

}  // namespace cw::controller::certificates
