// Cloudflare: one DNS record for each value, TTL 60. With an API token, or the e-mail address and global key
// of an account. Source: Cloudflare API v4. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/base/secret.h"
#include "lib/dns01/known_zones.h"
#include "lib/dns01/publisher.h"
#include "lib/dns01/rest.h"
#include "lib/dns01/wires.h"

namespace cw::dns01 {

struct CloudflareSettings {
  SecretBytes token = {};
  std::string email = {};  // with key
  SecretBytes key = {};
  std::string endpoint = "https://api.cloudflare.com/client/v4";
};

class Cloudflare final : public TxtPublisher {
 public:
  // Invalid: neither a token nor an e-mail address with a key.
  static Result<std::shared_ptr<TxtPublisher>> create(Wires, CloudflareSettings);

  Status present(const TxtRecord&) override;
  Status clean_up(const TxtRecord&) override;

 private:
  Cloudflare(Wires wires, CloudflareSettings settings);

  Result<kube::Json> ask(std::string_view action, std::string_view method, const std::string& target,
                         const std::string& body = {}) const;
  Result<std::string> zone_of(const TxtRecord&);
  // Identifiers of the records that hold the value. NotFound: the zone is gone.
  Result<std::vector<std::string>> find_records(const std::string& zone, const TxtRecord&) const;

  Wires wires_;
  CloudflareSettings settings_;
  Rest rest_;
  KnownZones zones_;
};

}  // namespace cw::dns01
