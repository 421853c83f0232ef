// Google Cloud DNS: one record set for each name, TTL 60, into which values are merged: a change takes the
// old set away and adds the new one, and is refused if the old one is not as it was read. Source: Cloud DNS
// API v1. Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/dns01/google_token.h"
#include "lib/dns01/known_zones.h"
#include "lib/dns01/publisher.h"
#include "lib/dns01/rest.h"
#include "lib/dns01/wires.h"

namespace cw::dns01 {

struct CloudDnsSettings {
  std::string project = {};
  std::string managed_zone = {};  // hostedZoneName; empty: found by name, public ones first
  std::optional<GoogleServiceAccount> account = {};
  std::chrono::seconds wait{3};  // how long present() waits for the servers to have the change
  std::string endpoint = "https://dns.googleapis.com";
};

class CloudDns final : public TxtPublisher {
 public:
  // Invalid: no project.
  static Result<std::shared_ptr<TxtPublisher>> create(Wires, CloudDnsSettings);

  Status present(const TxtRecord&) override;
  Status clean_up(const TxtRecord&) override;

 private:
  CloudDns(Wires wires, CloudDnsSettings settings);

  using Json = kube::Json;
  Result<Json> ask(std::string_view action, const std::string& target, const std::string& body = {});
  Result<std::string> zone_of(const TxtRecord&);
  Result<std::string> find_zone(const TxtRecord&);
  // The record set of the name; nullopt: none. NotFound: the zone is gone.
  Result<std::optional<Json>> read(const std::string& zone, const TxtRecord&);
  // Done or the identifier of the change; Conflict: read again.
  Result<std::string> change(const std::string& zone, const std::optional<Json>& before,
                             const std::optional<Json>& after);
  Result<std::string> add(const std::string& zone, const TxtRecord&);
  Status take_away(const std::string& zone, const TxtRecord&);
  void wait_for(const std::string& zone, const std::string& change_id);

  Wires wires_;
  CloudDnsSettings settings_;
  GoogleToken token_;
  Rest rest_;
  KnownZones zones_;
};

}  // namespace cw::dns01
