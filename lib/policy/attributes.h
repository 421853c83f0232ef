// The attributes of a request that `allowed` speaks of, one table for validation, compilation and
// evaluation: the three forms of the API (one value, a list, a list by OID) in the one in which they are
// checked. Pure. Source: reference/policy.md 1.1, 1.2.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/api/certificate_request_policy.h"

namespace cw::policy {

// In the order in which the field checks them.
enum class Attribute : std::uint8_t {
  CommonName,
  DnsNames,
  IpAddresses,
  Uris,
  EmailAddresses,
  Organizations,
  Countries,
  OrganizationalUnits,
  Localities,
  Provinces,
  StreetAddresses,
  PostalCodes,
  SerialNumber
};
inline constexpr std::size_t kAttributes = 13;

struct AttributeRow {
  Attribute attribute;
  std::string_view path;      // in a policy
  std::string_view asked_by;  // the field of a Certificate's spec
  std::string_view oid;       // in the Subject; empty: it is no part of it
  bool single;                // `value`, not `values`
};
const std::array<AttributeRow, kAttributes>& attribute_rows();
inline const AttributeRow& row_of(Attribute attribute) {
  return attribute_rows()[static_cast<std::size_t>(attribute)];
}
// nullptr: no attribute has a field of its own for it.
const AttributeRow* row_of_oid(std::string_view oid);

inline constexpr std::string_view kOtherNamesPath = "spec.allowed.otherNames";
inline constexpr std::string_view kOtherAttributesPath = "spec.allowed.subject.otherAttributes";

// What a policy says of one attribute. Views into the policy.
struct AllowedAttribute {
  bool single = false;
  std::optional<std::span<const std::string>> patterns = std::nullopt;  // nullopt: none given
  bool required = false;
  std::span<const api::ValidationRule> rules = {};
  // Without either, nothing is allowed.
  bool is_open() const { return patterns.has_value() || !rules.empty(); }
};
AllowedAttribute allowed_of(const std::optional<api::PolicyAllowed>&, Attribute);
AllowedAttribute allowed_of(const api::AllowedOid&);

}  // namespace cw::policy
