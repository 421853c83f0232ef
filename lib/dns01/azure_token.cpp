#include "lib/dns01/azure_token.h"

#include "lib/base/ascii.h"
#include "lib/base/file.h"
#include "lib/base/percent.h"

namespace cw::dns01 {
namespace {

constexpr std::string_view kProvider = "Azure";
constexpr std::size_t kMaxToken = 1UL << 16U;

std::string first_of(const std::string& wanted, const std::string& otherwise) {
  return wanted.empty() ? otherwise : wanted;
}

}  // namespace

Result<AzurePlaces> azure_places(const std::string& environment) {
  if (environment.empty() || environment == "AzurePublicCloud") {
    return AzurePlaces{"https://login.microsoftonline.com", "https://management.azure.com"};
  }
  if (environment == "AzureChinaCloud") {
    return AzurePlaces{"https://login.chinacloudapi.cn", "https://management.chinacloudapi.cn"};
  }
  if (environment == "AzureGermanCloud") {
    return AzurePlaces{"https://login.microsoftonline.de", "https://management.microsoftazure.de"};
  }
  if (environment == "AzureUSGovernmentCloud") {
    return AzurePlaces{"https://login.microsoftonline.us", "https://management.usgovcloudapi.net"};
  }
  return Error{Code::Invalid, "azureDNS.environment: there is no such cloud"};
}

AzureToken::AzureToken(Wires wires, AzurePlaces places, AzureIdentity identity)
    : wires_(std::move(wires)),
      places_(std::move(places)),
      identity_(std::move(identity)),
      kept_(wires_.clock) {}

Result<std::unique_ptr<AzureToken>> AzureToken::create(Wires wires, AzurePlaces places,
                                                       AzureIdentity identity) {
  if (!identity.client_id.empty() && (identity.tenant_id.empty() || identity.client_secret.empty())) {
    return Error{Code::Invalid, "azureDNS: clientID needs tenantID and clientSecretSecretRef beside it"};
  }
  if (identity.client_id.empty() && !identity.ambient) {
    return Error{Code::Invalid,
                 "azureDNS: it has no clientID, and the issuer may not use ambient credentials"};
  }
  if (!identity.managed_client_id.empty() && !identity.managed_resource_id.empty()) {
    return Error{Code::Invalid, "azureDNS.managedIdentity: clientID and resourceID cannot stand together"};
  }
  return std::unique_ptr<AzureToken>(
      new AzureToken(std::move(wires), std::move(places), std::move(identity)));
}

Result<AccessToken> AzureToken::ask_by_secret() {
  const std::string secret(identity_.client_secret.reveal());
  return exchange_token(
      wires_.fetch,
      {kProvider,
       "get an access token",
       token_form(places_.login + "/" + percent_encoded(identity_.tenant_id) + "/oauth2/v2.0/token",
                  {{"grant_type", "client_credentials"},
                   {"client_id", identity_.client_id},
                   {"client_secret", secret},
                   {"scope", places_.resource_manager + "/.default"}}),
       {secret}},
      wires_.clock.now());
}

Result<AccessToken> AzureToken::ask_by_file(const std::string& file) {
  if (!identity_.managed_resource_id.empty()) {
    return Error{Code::Invalid, "azureDNS.managedIdentity.resourceID: a workload identity has none"};
  }
  const auto client = first_of(identity_.managed_client_id, wires_.environment("AZURE_CLIENT_ID"));
  const auto tenant = first_of(identity_.managed_tenant_id, wires_.environment("AZURE_TENANT_ID"));
  auto login = first_of(wires_.environment("AZURE_AUTHORITY_HOST"), places_.login);
  if (login.ends_with('/')) login.pop_back();
  if (client.empty() || tenant.empty()) {
    return Error{Code::Invalid, "azureDNS: the workload identity has no client or tenant ID"};
  }
  const std::string token(trimmed(TRY(read_file(file, kMaxToken)), " \r\n"));
  return exchange_token(
      wires_.fetch,
      {kProvider,
       "get an access token by workload identity",
       token_form(login + "/" + percent_encoded(tenant) + "/oauth2/v2.0/token",
                  {{"grant_type", "client_credentials"},
                   {"client_id", client},
                   {"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
                   {"client_assertion", token},
                   {"scope", places_.resource_manager + "/.default"}}),
       {token}},
      wires_.clock.now());
}

Result<AccessToken> AzureToken::ask_machine() {
  Parameters query{{"api-version", "2018-02-01"}, {"resource", places_.resource_manager + "/"}};
  if (!identity_.managed_client_id.empty()) query.emplace_back("client_id", identity_.managed_client_id);
  if (!identity_.managed_resource_id.empty()) query.emplace_back("msi_res_id", identity_.managed_resource_id);
  return exchange_token(
      wires_.fetch,
      {kProvider,
       "get an access token of the managed identity",
       {.url = "http://169.254.169.254/metadata/identity/oauth2/token?" + url_encoded(query),
        .headers = {{"Metadata", "true"}}}},
      wires_.clock.now());
}

Result<AccessToken> AzureToken::renew() {
  if (!identity_.client_id.empty()) return ask_by_secret();
  if (const auto file = wires_.environment("AZURE_FEDERATED_TOKEN_FILE"); !file.empty()) {
    return ask_by_file(file);
  }
  return ask_machine();
}

}  // namespace cw::dns01
