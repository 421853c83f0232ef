// Route 53 as its API reference has it: multivalue sets beside each other, never beside a simple one; a
// DELETE has to name the set as it is.
#include <algorithm>

#include "lib/dns01/route53.h"
#include "lib/dns01/texts.h"
#include "lib/dns01/xml.h"
#include "tests/unit/dns01/fake_cloud.h"

namespace cw::dns01::test {
namespace {

constexpr const char* kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

ClientResponse refused(int status, const std::string& code, const std::string& message) {
  return text_answer(
      status,
      "<?xml version=\"1.0\"?>\n<ErrorResponse xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">"
      "<Error><Type>Sender</Type><Code>" +
          code + "</Code><Message>" + message +
          "</Message></Error><RequestId>0b5f3c</RequestId></ErrorResponse>");
}

ClientResponse stale(const std::string& message) {
  return text_answer(
      400,
      "<?xml version=\"1.0\"?>\n<InvalidChangeBatch xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">"
      "<Messages><Message>" +
          message + "</Message></Messages></InvalidChangeBatch>");
}

class FakeRoute53 final : public FakeCloud {
 public:
  explicit FakeRoute53(bool simple_sets) : simple_sets_(simple_sets) {
    zones_ = {{"example.com", "Z1EXAMPLE"}, {"sub.example.com", "Z2SUB"}};
  }

 private:
  ClientResponse answer(const Asked& asked) override {
    if (refuses_)
      return refused(403, "InvalidClientTokenId",
                     std::string("The security token ") + kSecret + " is invalid.");
    if (asked.header("authorization")
            .find("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/route53/aws4_request, ") != 0) {
      return refused(403, "SignatureDoesNotMatch", "x");
    }
    const auto path = split_path(asked.path);
    if (path.size() == 2 && path[1] == "hostedzonesbyname") return list_zones(asked.parameter("dnsname"));
    if (path.size() == 3 && path[1] == "change") {
      return text_answer(200,
                         "<GetChangeResponse><ChangeInfo><Id>/change/C1</Id><Status>INSYNC</Status></"
                         "ChangeInfo></GetChangeResponse>");
    }
    const bool known =
        std::ranges::any_of(zones_, [&](const auto& zone) { return zone.second == path.at(2); });
    if (!known) return refused(404, "NoSuchHostedZone", "No hosted zone found with ID: " + path.at(2));
    return asked.method == "GET" ? list_sets(asked.parameter("name")) : change(asked.body);
  }

  // In the order of the names with their labels turned round, from that one on.
  ClientResponse list_zones(const std::string& from) {
    std::string xml = "<ListHostedZonesByNameResponse><HostedZones>";
    for (const auto& [name, id] : zones_) {
      if (name < from && from != name) continue;
      xml += "<HostedZone><Id>/hostedzone/ZPRIVATE</Id><Name>" + name +
             ".</Name><Config><PrivateZone>true</PrivateZone></Config></HostedZone>";
      xml += "<HostedZone><Id>/hostedzone/" + id + "</Id><Name>" + name +
             ".</Name><Config><PrivateZone>false</PrivateZone></Config></HostedZone>";
    }
    return text_answer(200, xml + "</HostedZones></ListHostedZonesByNameResponse>");
  }

  std::string set_xml(const std::string& name, const std::vector<std::string>& values, bool simple) const {
    std::string xml = "<ResourceRecordSet><Name>" + name + "</Name><Type>TXT</Type>";
    if (!simple)
      xml += "<SetIdentifier>" + quoted_txt(values[0]) +
             "</SetIdentifier><MultiValueAnswer>true</MultiValueAnswer>";
    xml += "<TTL>10</TTL><ResourceRecords>";
    for (const auto& value : values)
      xml += "<ResourceRecord><Value>" + quoted_txt(value) + "</Value></ResourceRecord>";
    return xml + "</ResourceRecords></ResourceRecordSet>";
  }

  ClientResponse list_sets(const std::string& from) {
    std::string xml = "<ListResourceRecordSetsResponse><ResourceRecordSets>";
    for (const auto& [name, values] : records_) {
      if (name < from) continue;
      if (simple_sets_) {
        xml += set_xml(name, values, true);
      } else {
        for (const auto& value : values) xml += set_xml(name, {value}, false);
      }
    }
    return text_answer(200, xml + "</ResourceRecordSets></ListResourceRecordSetsResponse>");
  }

  ClientResponse change(const std::string& body) {
    const auto xml = parse_xml(body);
    if (!xml) return refused(400, "InvalidInput", "no XML");
    const auto* one = xml->at({"ChangeBatch", "Changes", "Change"});
    const auto* set = one->child("ResourceRecordSet");
    const std::string name = set->text_at({"Name"});
    std::vector<std::string> values;
    for (const auto& record : set->child("ResourceRecords")->children)
      values.push_back(unquoted_txt(record.text_at({"Value"})));
    const bool simple = set->child("SetIdentifier") == nullptr;
    const bool is_there = records_.contains(name);
    auto now = is_there ? records_[name] : std::vector<std::string>();
    if (one->text_at({"Action"}) == "UPSERT") {
      if (is_there && simple != simple_sets_)
        return stale("RRSet of type TXT with DNS name " + name +
                     " is not permitted as a simple one is there");
      if (simple) now = values;
      if (!simple && std::ranges::find(now, values[0]) == now.end()) now.push_back(values[0]);
    } else if (simple ? now != values || !simple_sets_
                      : simple_sets_ || std::ranges::find(now, values[0]) == now.end()) {
      return stale("Tried to delete resource record set but it was not found");
    } else {
      std::erase_if(now, [&](const auto& value) { return std::ranges::find(values, value) != values.end(); });
    }
    set_values(name, now);
    return text_answer(200,
                       "<ChangeResourceRecordSetsResponse><ChangeInfo><Id>/change/C1</Id><Status>PENDING</"
                       "Status></ChangeInfo></ChangeResourceRecordSetsResponse>");
  }

  bool simple_sets_;
};

}  // namespace

Provider route53_provider(bool simple_sets) {
  return {.name = "route53",
          .cloud = std::make_unique<FakeRoute53>(simple_sets),
          .make =
              [](Wires wires) {
                return Route53::create(std::move(wires), {.keys = {.access_key_id = "AKIDEXAMPLE",
                                                                   .secret_access_key = SecretBytes(kSecret),
                                                                   .session_token = {}}});
              },
          .secrets = {kSecret}};
}

}  // namespace cw::dns01::test
