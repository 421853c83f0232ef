#include "webhook/rules/shown.h"

#include "lib/kube/field_error.h"
#include "lib/kube/json_text.h"

namespace cw::webhook {
namespace {

void append_list(std::string& out, const kube::List<std::string>& list) {
  if (list.present()) {
    kube::append_json_strings(out, list);
  } else {
    out += "null";
  }
}

void append_member(std::string& out, std::string_view name, const kube::List<std::string>& list) {
  out.append(out.back() == '{' ? "\"" : ",\"").append(name).append("\":");
  append_list(out, list);
}

void append_item(std::string& out, const std::optional<api::NameConstraintItem>& item) {
  if (!item) {
    out += "null";
    return;
  }
  out += '{';
  append_member(out, "DNSDomains", item->dns_domains);
  append_member(out, "IPRanges", item->ip_ranges);
  append_member(out, "EmailAddresses", item->email_addresses);
  append_member(out, "URIDomains", item->uri_domains);
  out += '}';
}

}  // namespace

std::string shown_enum(std::string_view text) { return kube::json_string(text); }

std::string shown(Duration duration) { return std::to_string(duration.count()); }

std::string shown(std::int64_t number) { return std::to_string(number); }

std::string shown(const kube::List<std::string>& list) {
  std::string out;
  append_list(out, list);
  return out;
}

std::string shown(const api::X509Subject& subject) {
  std::string out = "{";
  append_member(out, "Organizations", subject.organizations);
  append_member(out, "Countries", subject.countries);
  append_member(out, "OrganizationalUnits", subject.organizational_units);
  append_member(out, "Localities", subject.localities);
  append_member(out, "Provinces", subject.provinces);
  append_member(out, "StreetAddresses", subject.street_addresses);
  append_member(out, "PostalCodes", subject.postal_codes);
  out += ",\"SerialNumber\":";
  kube::append_json_string(out, subject.serial_number);
  return out + "}";
}

std::string shown(const api::NameConstraints& constraints) {
  std::string out = constraints.critical ? R"({"Critical":true)" : R"({"Critical":false)";
  out += ",\"Permitted\":";
  append_item(out, constraints.permitted);
  out += ",\"Excluded\":";
  append_item(out, constraints.excluded);
  return out + "}";
}

std::string go_slice(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ' ';
    out += text;
  }
  return out + "]";
}

std::string quoted_list(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) {
    if (!out.empty()) out += ", ";
    out += kube::quoted(text);
  }
  return out;
}

}  // namespace cw::webhook
