#include "controller/acme/find_client.h"

namespace cw::controller::acme {

Result<Served> find_client(const issuers::IssuerDirectory& directory, const issuers::AcmeClients& clients,
                           const api::IssuerReference& reference, const std::string& name_space) {
  Served served{.issuer = TRY(directory.find(reference, name_space)), .client = nullptr};
  const auto who = issuers::describe_issuer(reference, name_space);
  if (!served.issuer->spec.acme) return Error{Code::Invalid, who + " is no ACME issuer"};
  served.client = clients.find(served.issuer->metadata.uid);
  if (served.client == nullptr) {
    return Error{Code::Unavailable, who + " has no account at its ACME server yet"};
  }
  return served;
}

}  // namespace cw::controller::acme
