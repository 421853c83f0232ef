// Akamai Edge DNS: one record set for each name, TTL 300, into which values are merged.
// Source: Akamai Edge DNS API v2. Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/dns01/edge_grid.h"
#include "lib/dns01/publisher.h"
#include "lib/dns01/wires.h"
#include "lib/kube/json.h"

namespace cw::dns01 {

struct AkamaiSettings {
  std::string host = {};  // serviceConsumerDomain: "akab-….luna.akamaiapis.net"
  EdgeGridKeys keys = {};
};

class Akamai final : public TxtPublisher {
 public:
  // Invalid: a part is missing.
  static Result<std::shared_ptr<TxtPublisher>> create(Wires, AkamaiSettings);

  Status present(const TxtRecord&) override;
  Status clean_up(const TxtRecord&) override;

 private:
  Akamai(Wires wires, AkamaiSettings settings);

  Result<kube::Json> ask(std::string_view action, std::string_view method, const TxtRecord&,
                         const std::string& body = {}) const;
  // The values of the name, quoted; nullopt: it has no record set.
  Result<std::optional<std::vector<std::string>>> read(const TxtRecord&) const;
  Status write(std::string_view action, std::string_view method, const TxtRecord&,
               const std::vector<std::string>& values) const;
  Status add(const TxtRecord&) const;
  Status take_away(const TxtRecord&) const;

  Wires wires_;
  AkamaiSettings settings_;
};

}  // namespace cw::dns01
