// Amazon Route 53: a value is a multivalue answer record set of its own (TTL 10, the quoted value as its
// identifier), as cert-manager writes them, so that values of one name do not touch each other. Where the
// name has a simple record set already, which cannot live beside those, the value is added to it. Source:
// Amazon Route 53 API reference 2013-04-01. Thread-safe.
#pragma once

#include <chrono>
#include <string>

#include "lib/dns01/aws_credentials.h"
#include "lib/dns01/known_zones.h"
#include "lib/dns01/publisher.h"
#include "lib/dns01/route53_messages.h"
#include "lib/dns01/wires.h"

namespace cw::dns01 {

struct Route53Settings {
  std::string region = {};          // of STS, and for the partition; may be empty
  std::string hosted_zone_id = {};  // empty: found by name among the public zones
  AwsKeys keys = {};
  std::string role = {};
  std::function<Result<SecretBytes>()> identity_token = nullptr;
  bool ambient = false;
  // How long present() waits for the servers to have the change. The propagation check goes on from there.
  std::chrono::seconds wait{4};
  std::string endpoint = {};  // empty: the region's
  std::string sts_endpoint = {};
};

class Route53 final : public TxtPublisher {
 public:
  // Invalid: settings that cannot work.
  static Result<std::shared_ptr<TxtPublisher>> create(Wires, Route53Settings);

  Status present(const TxtRecord&) override;
  Status clean_up(const TxtRecord&) override;

 private:
  Route53(Wires wires, AwsPlaces places, Route53Settings settings);

  using Answer = Result<XmlElement, AwsRefusal>;
  Answer ask(std::string_view action, http::FetchRequest);
  Answer change(const std::string& zone, const Route53Change&);
  Result<std::string> zone_of(const TxtRecord&);
  Result<std::string> find_zone(const TxtRecord&);
  Result<std::string> find_zone_named(const std::string& name);
  Result<std::vector<Route53Set>> sets_of(const std::string& zone, const std::string& name);
  Status join_simple_set(const std::string& zone, const TxtRecord&);
  Status remove_as_listed(const std::string& zone, const TxtRecord&);
  void wait_for(const std::string& change_id);

  Wires wires_;
  AwsPlaces places_;
  std::string hosted_zone_id_;
  std::chrono::seconds wait_;
  AwsCredentials credentials_;
  KnownZones zones_;
};

}  // namespace cw::dns01
