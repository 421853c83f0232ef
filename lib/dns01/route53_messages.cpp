#include "lib/dns01/route53_messages.h"

#include <algorithm>

#include "lib/base/ascii.h"

namespace cw::dns01 {
namespace {

std::string element(std::string_view name, std::string_view text) {
  std::string xml = "<" + std::string(name) + ">";
  for (const char c : text) {
    switch (c) {
      case '<':
        xml += "&lt;";
        break;
      case '>':
        xml += "&gt;";
        break;
      case '&':
        xml += "&amp;";
        break;
      default:
        xml += c;
    }
  }
  return xml + "</" + std::string(name) + ">";
}

// Route 53 writes what is no letter, digit, '-' or '_' as \ooo: "*" is "\052".
bool is_same_name(std::string_view listed, std::string_view name) {
  return lower_case(listed) == lower_case(name);
}

}  // namespace

std::string change_body(const Route53Change& change) {
  const auto& set = change.set;
  std::string xml =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
      "<ChangeResourceRecordSetsRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">"
      "<ChangeBatch><Changes><Change>";
  xml += element("Action", change.action == Route53Change::Action::Upsert ? "UPSERT" : "DELETE");
  xml += "<ResourceRecordSet>" + element("Name", set.name) + element("Type", "TXT");
  if (!set.identifier.empty()) {
    xml += element("SetIdentifier", set.identifier) + element("MultiValueAnswer", "true");
  }
  xml += element("TTL", set.ttl) + "<ResourceRecords>";
  for (const auto& value : set.values)
    xml += "<ResourceRecord>" + element("Value", value) + "</ResourceRecord>";
  return xml +
         "</ResourceRecords></ResourceRecordSet></Change></Changes></ChangeBatch>"
         "</ChangeResourceRecordSetsRequest>";
}

std::vector<Route53Zone> zones_in(const XmlElement& answer) {
  std::vector<Route53Zone> zones;
  const auto* list = answer.child("HostedZones");
  if (list == nullptr) return zones;
  for (const auto& one : list->children) {
    zones.push_back({.id = bare_id(one.text_at({"Id"})),
                     .name = one.text_at({"Name"}),
                     .is_private = one.text_at({"Config", "PrivateZone"}) == "true"});
  }
  return zones;
}

std::vector<Route53Set> sets_in(const XmlElement& answer, std::string_view name) {
  std::vector<Route53Set> sets;
  const auto* list = answer.child("ResourceRecordSets");
  if (list == nullptr) return sets;
  for (const auto& one : list->children) {
    if (!is_same_name(one.text_at({"Name"}), name) || one.text_at({"Type"}) != "TXT") break;
    Route53Set set{.name = one.text_at({"Name"}),
                   .identifier = one.text_at({"SetIdentifier"}),
                   .ttl = one.text_at({"TTL"}),
                   .values = {}};
    if (const auto* records = one.child("ResourceRecords")) {
      for (const auto& record : records->children) set.values.push_back(record.text_at({"Value"}));
    }
    sets.push_back(std::move(set));
  }
  return sets;
}

std::string bare_id(std::string_view id) {
  return std::string(id.substr(id.rfind('/') == std::string_view::npos ? 0 : id.rfind('/') + 1));
}

bool is_route53_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, is_alphanumeric);
}

}  // namespace cw::dns01
