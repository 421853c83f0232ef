// What is said to Route 53 and what it answers. Pure. Source: Amazon Route 53 API reference 2013-04-01.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/dns01/xml.h"

namespace cw::dns01 {

// A record set of type TXT.
struct Route53Set {
  std::string name;
  std::string identifier;  // of a multivalue answer; empty: a simple record set
  std::string ttl;
  std::vector<std::string> values;  // quoted
};

struct Route53Change {
  enum class Action : std::uint8_t { Upsert, Delete } action = Action::Upsert;
  Route53Set set;
};

std::string change_body(const Route53Change&);

struct Route53Zone {
  std::string id;    // without "/hostedzone/"
  std::string name;  // with the last dot
  bool is_private = false;
};
std::vector<Route53Zone> zones_in(const XmlElement& list_hosted_zones_by_name);
// The TXT record sets of that name at the beginning of the list (which is in order).
std::vector<Route53Set> sets_in(const XmlElement& list_record_sets, std::string_view name);

// What stands behind the last '/': "/hostedzone/Z1" is "Z1".
std::string bare_id(std::string_view id);
// Letters and digits, as AWS makes them: fit for a path.
bool is_route53_id(std::string_view id);

}  // namespace cw::dns01
