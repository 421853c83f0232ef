// acme-dns: a small DNS server of one's own that challenge names are delegated to. An account stands for one
// subdomain, and keeps its last two values; nothing can be taken away. Source: acme-dns README (POST
// /update). Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "lib/base/secret.h"
#include "lib/dns01/publisher.h"
#include "lib/dns01/rest.h"
#include "lib/dns01/wires.h"

namespace cw::dns01 {

struct AcmeDnsAccount {
  std::string user;
  SecretBytes password;
  std::string subdomain;
};
// By the domain that is to get a certificate.
using AcmeDnsAccounts = std::map<std::string, AcmeDnsAccount>;

// {"example.com": {"username": "…", "password": "…", "fulldomain": "…", "subdomain": "…", "allowfrom": []}}
Result<AcmeDnsAccounts> parse_acme_dns_accounts(std::string_view json);

struct AcmeDnsSettings {
  std::string host = {};  // "https://auth.example.com"
  AcmeDnsAccounts accounts = {};
  // The domain that the certificate is for, without "*.": the record's name is behind the delegation where
  // the issuer follows CNAMEs.
  std::string domain = {};
};

class AcmeDns final : public TxtPublisher {
 public:
  // Invalid: no account for the domain, no host.
  static Result<std::shared_ptr<TxtPublisher>> create(Wires, AcmeDnsSettings);

  Status present(const TxtRecord&) override;
  Status clean_up(const TxtRecord&) override { return Done{}; }

 private:
  AcmeDns(Wires wires, std::string host, AcmeDnsAccount account);

  Wires wires_;
  AcmeDnsAccount account_;
  Rest rest_;
};

}  // namespace cw::dns01
