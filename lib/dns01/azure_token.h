// AzureToken: the access token that Azure's resource manager is asked with: of an application by its secret,
// of a workload identity (a federated token file), or of the machine's managed identity (IMDS). Thread-safe.
// Source: Microsoft identity platform, client credentials flow; Azure IMDS "identity/oauth2/token".
// Errors: Forbidden, Unavailable, Invalid (settings that cannot work).
#pragma once

#include <memory>
#include <string>

#include "lib/dns01/oauth.h"
#include "lib/dns01/wires.h"

namespace cw::dns01 {

// Where a cloud's services are, by cert-manager's names of them; "" is AzurePublicCloud.
struct AzurePlaces {
  std::string login;
  std::string resource_manager;
};
Result<AzurePlaces> azure_places(const std::string& environment);

struct AzureIdentity {
  std::string client_id = {};  // given: with a secret; empty: the surroundings
  std::string tenant_id = {};
  SecretBytes client_secret = {};
  bool ambient = false;
  // Which of the surroundings' identities.
  std::string managed_client_id = {};
  std::string managed_resource_id = {};
  std::string managed_tenant_id = {};
};

class AzureToken {
 public:
  // Invalid: settings that cannot work.
  static Result<std::unique_ptr<AzureToken>> create(Wires, AzurePlaces, AzureIdentity);

  Result<std::shared_ptr<const SecretBytes>> current() {
    return kept_.get([this] { return renew(); });
  }
  void forget() { kept_.forget(); }

 private:
  AzureToken(Wires wires, AzurePlaces places, AzureIdentity identity);
  Result<AccessToken> renew();
  Result<AccessToken> ask_by_secret();
  Result<AccessToken> ask_by_file(const std::string& file);
  Result<AccessToken> ask_machine();

  Wires wires_;
  AzurePlaces places_;
  AzureIdentity identity_;
  Renewed<SecretBytes> kept_;
};

}  // namespace cw::dns01
