#include "lib/policy/attributes.h"

#include <algorithm>

namespace cw::policy {
namespace {

AllowedAttribute allowed_string(const std::optional<api::AllowedString>& allowed) {
  AllowedAttribute out{.single = true};
  if (!allowed) return out;
  if (allowed->value) out.patterns = std::span<const std::string>(&*allowed->value, 1);
  out.required = allowed->required.value_or(false);
  out.rules = allowed->validations.items();
  return out;
}

// AllowedList or AllowedOid.
template <typename List>
AllowedAttribute allowed_list(const List& allowed) {
  AllowedAttribute out;
  if (allowed.values.present()) out.patterns = std::span<const std::string>(allowed.values.items());
  out.required = allowed.required.value_or(false);
  out.rules = allowed.validations.items();
  return out;
}

AllowedAttribute allowed_list(const std::optional<api::AllowedList>& allowed) {
  return allowed ? allowed_list(*allowed) : AllowedAttribute{};
}

AllowedAttribute allowed_in_subject(const api::AllowedSubject& subject, Attribute attribute) {
  switch (attribute) {
    case Attribute::Organizations:
      return allowed_list(subject.organizations);
    case Attribute::Countries:
      return allowed_list(subject.countries);
    case Attribute::OrganizationalUnits:
      return allowed_list(subject.organizational_units);
    case Attribute::Localities:
      return allowed_list(subject.localities);
    case Attribute::Provinces:
      return allowed_list(subject.provinces);
    case Attribute::StreetAddresses:
      return allowed_list(subject.street_addresses);
    case Attribute::PostalCodes:
      return allowed_list(subject.postal_codes);
    case Attribute::SerialNumber:
      return allowed_string(subject.serial_number);
    default:
      return {};
  }
}

}  // namespace

const std::array<AttributeRow, kAttributes>& attribute_rows() {
  static constexpr std::array<AttributeRow, kAttributes> kRows{{
      {Attribute::CommonName, "spec.allowed.commonName", "commonName", "2.5.4.3", true},
      {Attribute::DnsNames, "spec.allowed.dnsNames", "dnsNames", "", false},
      {Attribute::IpAddresses, "spec.allowed.ipAddresses", "ipAddresses", "", false},
      {Attribute::Uris, "spec.allowed.uris", "uris", "", false},
      {Attribute::EmailAddresses, "spec.allowed.emailAddresses", "emailAddresses", "", false},
      {Attribute::Organizations, "spec.allowed.subject.organizations", "subject.organizations", "2.5.4.10",
       false},
      {Attribute::Countries, "spec.allowed.subject.countries", "subject.countries", "2.5.4.6", false},
      {Attribute::OrganizationalUnits, "spec.allowed.subject.organizationalUnits",
       "subject.organizationalUnits", "2.5.4.11", false},
      {Attribute::Localities, "spec.allowed.subject.localities", "subject.localities", "2.5.4.7", false},
      {Attribute::Provinces, "spec.allowed.subject.provinces", "subject.provinces", "2.5.4.8", false},
      {Attribute::StreetAddresses, "spec.allowed.subject.streetAddresses", "subject.streetAddresses",
       "2.5.4.9", false},
      {Attribute::PostalCodes, "spec.allowed.subject.postalCodes", "subject.postalCodes", "2.5.4.17", false},
      {Attribute::SerialNumber, "spec.allowed.subject.serialNumber", "subject.serialNumber", "2.5.4.5", true},
  }};
  return kRows;
}

const AttributeRow* row_of_oid(std::string_view oid) {
  const auto& rows = attribute_rows();
  const auto at = std::find_if(rows.begin(), rows.end(),
                               [&](const AttributeRow& row) { return !row.oid.empty() && row.oid == oid; });
  return at != rows.end() ? &*at : nullptr;
}

AllowedAttribute allowed_of(const std::optional<api::PolicyAllowed>& allowed, Attribute attribute) {
  static const api::PolicyAllowed nothing;
  static const api::AllowedSubject no_subject;
  const api::PolicyAllowed& given = allowed ? *allowed : nothing;
  AllowedAttribute out;
  switch (attribute) {
    case Attribute::CommonName:
      out = allowed_string(given.common_name);
      break;
    case Attribute::DnsNames:
      out = allowed_list(given.dns_names);
      break;
    case Attribute::IpAddresses:
      out = allowed_list(given.ip_addresses);
      break;
    case Attribute::Uris:
      out = allowed_list(given.uris);
      break;
    case Attribute::EmailAddresses:
      out = allowed_list(given.email_addresses);
      break;
    default:
      out = allowed_in_subject(given.subject ? *given.subject : no_subject, attribute);
  }
  out.single = row_of(attribute).single;
  return out;
}

AllowedAttribute allowed_of(const api::AllowedOid& allowed) { return allowed_list(allowed); }

}  // namespace cw::policy
