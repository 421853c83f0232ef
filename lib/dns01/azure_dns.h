// Azure DNS, public and private zones: one record set for each name, TTL 60, into which values are merged;
// its ETag guards it against others. Source: Azure DNS REST API 2018-05-01, private 2018-09-01. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/dns01/azure_token.h"
#include "lib/dns01/publisher.h"
#include "lib/dns01/rest.h"
#include "lib/dns01/wires.h"

namespace cw::dns01 {

struct AzureDnsSettings {
  std::string subscription_id = {};
  std::string resource_group = {};
  std::string zone = {};         // hostedZoneName; empty: the record's zone
  std::string environment = {};  // "AzurePublicCloud"
  enum class ZoneType : std::uint8_t { Public, Private } zone_type = ZoneType::Public;
  AzureIdentity identity = {};
};

class AzureDns final : public TxtPublisher {
 public:
  // Invalid: settings that cannot work.
  static Result<std::shared_ptr<TxtPublisher>> create(Wires, AzureDnsSettings);

  Status present(const TxtRecord&) override;
  Status clean_up(const TxtRecord&) override;

 private:
  AzureDns(Wires wires, AzureDnsSettings settings, const AzurePlaces&, std::unique_ptr<AzureToken> token);

  struct Set;
  Result<kube::Json> ask(std::string_view action, std::string_view method, const TxtRecord&,
                         Headers conditions = {}, const std::string& body = {}) const;
  // nullopt: there is none.
  Result<std::optional<Set>> read(const TxtRecord&) const;
  Status write(const TxtRecord&, const std::optional<Set>& before, kube::Json properties) const;
  Status add(const TxtRecord&) const;
  Status take_away(const TxtRecord&) const;

  Wires wires_;
  AzureDnsSettings settings_;
  std::unique_ptr<AzureToken> token_;
  Rest rest_;
};

}  // namespace cw::dns01
