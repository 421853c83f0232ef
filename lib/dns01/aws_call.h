// One request to an AWS API that answers in XML, and its refusals as Errors. Thread-safe.
// Errors: as exchange.h, but by AWS's own codes where these say more (throttling is HTTP 400 there).
#pragma once

#include <string>

#include "lib/base/result.h"
#include "lib/dns01/aws_signature.h"
#include "lib/dns01/exchange.h"
#include "lib/dns01/xml.h"

namespace cw::dns01 {

struct AwsRefusal {
  Error error;
  std::string code;     // "NoSuchHostedZone"; "" if nothing was refused but no answer came
  std::string message;  // AWS's words, whole: not for people
  explicit operator Error() const { return error; }
};

Result<XmlElement, AwsRefusal> exchange_xml(http::HttpFetch&, const Call&);

// Where AWS's services are for a region: partitions have other domains and other regions for global services.
struct AwsPlaces {
  std::string route53;         // "https://route53.amazonaws.com"
  std::string route53_region;  // that its requests are signed for
  std::string sts;
  std::string sts_region;
};
// Invalid: it is no name of a region.
Result<AwsPlaces> aws_places(const std::string& region);

}  // namespace cw::dns01
