// What every AcmeClient does, whoever is behind it: the fake, or a client over HTTP with a server in memory
// or a real one. One claim each, checked with Catch2. Call check_acme_client from a TEST_CASE.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "lib/acme/client.h"

namespace cw::contract {

struct AcmeGround {
  // A client for the account that this key has or will have.
  std::function<std::unique_ptr<acme::AcmeClient>(const pki::PrivateKey& account_key)> open;
  // Puts the answer to the challenge where the server looks. What is not shown fails.
  std::function<void(const acme::Authorization&, const acme::Challenge&,
                     const std::string& key_authorization)>
      show;
  std::function<void()> wait = [] {};                          // between two looks at what is not settled
  std::optional<acme::ExternalAccount> external_account = {};  // the server asks for one
  bool has_alternates = true;
};

// Each claim with accounts and names of its own.
void check_acme_client(const AcmeGround&);

}  // namespace cw::contract
