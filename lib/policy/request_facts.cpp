#include "lib/policy/request_facts.h"

#include <unordered_map>

#include "lib/policy/cel_environment.h"

namespace cw::policy {
namespace {

std::vector<std::string_view> views(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

// Values by OID, in the order in which OIDs are met; a CSR may hold tens of thousands.
class ByOid {
 public:
  explicit ByOid(std::vector<OidValues>& list) : list_(list) {}
  AttributeValues& at(std::string_view oid) {
    const auto [place, is_new] = places_.try_emplace(oid, list_.size());
    if (is_new) list_.push_back({oid, {}});
    return list_[place->second].found;
  }

 private:
  std::vector<OidValues>& list_;
  std::unordered_map<std::string_view, std::size_t> places_;
};

}  // namespace

RequestFacts::RequestFacts(const RequestView& seen) : view(seen), request(request_value(seen)) {
  const auto set = [&](Attribute attribute, const std::vector<std::string>& texts) {
    attributes[static_cast<std::size_t>(attribute)].values = views(texts);
  };
  set(Attribute::DnsNames, view.dns_names);
  set(Attribute::IpAddresses, view.ip_addresses);
  set(Attribute::Uris, view.uris);
  set(Attribute::EmailAddresses, view.email_addresses);
  ByOid attributes_by_oid(other_attributes);
  for (const SubjectValue& value : view.subject) {
    const AttributeRow* row = row_of_oid(value.oid);
    AttributeValues& found = row != nullptr ? attributes[static_cast<std::size_t>(row->attribute)]
                                            : attributes_by_oid.at(value.oid);
    if (value.text) {
      found.values.push_back(*value.text);
    } else {
      found.unreadable = true;
    }
  }
  ByOid names_by_oid(other_names);
  for (const OtherNameValues& names : view.other_names) {
    AttributeValues& found = names_by_oid.at(names.oid);
    found.values.insert(found.values.end(), names.values.begin(), names.values.end());
  }
}

bool RequestFacts::key_is_known() const {
  return view.key.algorithm == "RSA" || view.key.algorithm == "ECDSA" || view.key.algorithm == "Ed25519";
}

}  // namespace cw::policy
