#include "lib/dns01/acme_dns.h"

#include <nlohmann/json.hpp>

#include "lib/base/ascii.h"
#include "lib/dns01/texts.h"
#include "lib/kube/json_access.h"

namespace cw::dns01 {

Result<AcmeDnsAccounts> parse_acme_dns_accounts(std::string_view text) {
  const auto json = kube::parse_json(text);
  if (!json || !json->is_object()) {
    return Error{Code::Invalid, "acmeDNS.accountSecretRef: it is no JSON object of accounts by domain"};
  }
  AcmeDnsAccounts accounts;
  for (const auto& [domain, account] : json->items()) {
    accounts[lower_case(without_dot(domain))] = {
        .user = kube::text_member(account, "username"),
        .password = SecretBytes(kube::text_member(account, "password")),
        .subdomain = kube::text_member(account, "subdomain")};
  }
  return accounts;
}

AcmeDns::AcmeDns(Wires wires, std::string host, AcmeDnsAccount account)
    : wires_(std::move(wires)),
      account_(std::move(account)),
      rest_(wires_.fetch, "acme-dns", std::move(host)) {}

Result<std::shared_ptr<TxtPublisher>> AcmeDns::create(Wires wires, AcmeDnsSettings settings) {
  if (settings.host.ends_with('/')) settings.host.pop_back();
  if (settings.host.empty()) return Error{Code::Invalid, "acmeDNS.host: it is empty"};
  // Users write the host alone too.
  if (settings.host.find("://") == std::string::npos) settings.host.insert(0, "https://");
  const auto found = settings.accounts.find(lower_case(without_dot(settings.domain)));
  if (found == settings.accounts.end()) {
    return Error{Code::Invalid, "acmeDNS.accountSecretRef: it has no account for " + settings.domain};
  }
  auto& account = found->second;
  if (account.user.empty() || account.password.empty() || account.subdomain.empty()) {
    return Error{Code::Invalid, "acmeDNS.accountSecretRef: the account of " + settings.domain +
                                    " has no username, password or subdomain"};
  }
  return std::shared_ptr<TxtPublisher>(
      new AcmeDns(std::move(wires), std::move(settings.host), std::move(account)));
}

Status AcmeDns::present(const TxtRecord& record) {
  const auto lock = wires_.locks.lock(account_.subdomain);
  const kube::Json body = {{"subdomain", account_.subdomain}, {"txt", record.value}};
  TRY(rest_.ask(
      {.action = "update the record",
       .method = "POST",
       .target = "/update",
       .body = body.dump(),
       .headers = {{"X-Api-User", account_.user}, {"X-Api-Key", std::string(account_.password.reveal())}},
       .secret = account_.password.reveal()}));
  return Done{};
}

}  // namespace cw::dns01
