// DigitalOcean: one DNS record for each value, TTL 60. Source: DigitalOcean API v2. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/base/secret.h"
#include "lib/dns01/publisher.h"
#include "lib/dns01/rest.h"
#include "lib/dns01/wires.h"

namespace cw::dns01 {

struct DigitalOceanSettings {
  SecretBytes token = {};
  std::string endpoint = "https://api.digitalocean.com";
};

class DigitalOcean final : public TxtPublisher {
 public:
  // Invalid: no token.
  static Result<std::shared_ptr<TxtPublisher>> create(Wires, DigitalOceanSettings);

  Status present(const TxtRecord&) override;
  Status clean_up(const TxtRecord&) override;

 private:
  DigitalOcean(Wires wires, DigitalOceanSettings settings);

  Result<kube::Json> ask(std::string_view action, std::string_view method, const std::string& target,
                         const std::string& body = {}) const;
  // NotFound: the zone is no domain of the account.
  Result<std::vector<std::string>> find_records(const TxtRecord&) const;

  Wires wires_;
  DigitalOceanSettings settings_;
  Rest rest_;
};

}  // namespace cw::dns01
