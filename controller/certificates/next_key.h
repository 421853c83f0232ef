// The private key of the next issuance: which Secret holds it, or how it comes to be. Pure.
// Source: reference/controllers.md 1.6.
#pragma once

#include <optional>
#include <string>

#include "controller/certificates/actions.h"
#include "controller/certificates/view.h"

namespace cw::controller::certificates {

struct UsableKey {
  std::string secret;
  std::string spki;  // empty: the key comes into being in this pass
};

struct KeyDecision {
  Actions actions = {};
  std::optional<std::string> name = {};  // what status.nextPrivateKeySecretName is to be
  std::optional<UsableKey> usable = {};
  std::string blocked = {};  // why there is no key although one is wanted; for people
};

// While issuing.
KeyDecision decide_key(const View&);

// While not issuing: none is wanted. After the status write.
Actions drop_keys(const View&);

}  // namespace cw::controller::certificates
