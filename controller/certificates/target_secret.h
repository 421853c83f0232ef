// The target Secret as the field lays it out (reference/controllers.md 1.9), written by server-side apply:
// only what we want of it is stated, so what others put into an existing Secret stays, and what we wanted
// once and no longer want goes. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "controller/certificates/keystores.h"
#include "controller/certificates/owned_fields.h"
#include "controller/certificates/view.h"
#include "lib/api/certificate.h"
#include "lib/api/references.h"
#include "lib/api/secret.h"
#include "lib/base/result.h"
#include "lib/pki/certificate.h"

namespace cw::controller::certificates {

inline constexpr std::string_view kIssuingManager = "cert-manager-certificates-issuing";

struct TargetContent {
  std::string key_pem;
  std::string chain_pem;
  std::string ca_pem = {};                          // empty: none
  std::optional<api::IssuerReference> issuer = {};  // nullopt: nothing on the Secret names one
  std::optional<pki::Certificate> leaf = {};        // the first of the chain, if it has been parsed already
  Keystores keystores = {};                         // those that the spec asks for, as they are to be
};

// What to apply. `existing`: what is there now, or nothing; its type stays, and if it is there, only it is
// changed. Invalid: the chain or the key is no PEM.
Result<api::Secret> target_secret(const std::optional<api::Secret>& existing, const TargetContent&,
                                  const api::Certificate&, const Settings&);

// Everything that is to be applied stands in it already, whoever owns it.
bool has_all_of(const api::Secret&, const api::Secret& wanted);

// The content that a Secret has already.
TargetContent content_of(const api::Secret&);

// How the Secret, and what kIssuingManager owns of it, differs from what applying target_secret of its own
// content would make (reference/controllers.md 1.8 A, in that order); nullopt: not at all, or it holds
// nothing that could be written anew.
std::optional<Finding> target_drift(const api::Secret&, const OwnedFields&, const api::Certificate&,
                                    const Settings&);

}  // namespace cw::controller::certificates
