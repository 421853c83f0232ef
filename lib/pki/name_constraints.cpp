// The name constraints extension, RFC 5280 §4.2.1.10. Source of the rules: cert-manager
// pkg/util/pki/nameconstraints.go.
#include <algorithm>

#include "lib/pki/der.h"
#include "lib/pki/der_string.h"
#include "lib/pki/extensions.h"

namespace cw::pki {
namespace {

constexpr unsigned kEmailTag = 1;
constexpr unsigned kDnsTag = 2;
constexpr unsigned kUriTag = 6;
constexpr unsigned kIpTag = 7;
constexpr unsigned kPermittedTag = 0;
constexpr unsigned kExcludedTag = 1;

std::string subtree(unsigned tag, std::string_view value) {
  return der::sequence(der::element(der::primitive(tag), value));
}

Result<std::string> subtrees(unsigned tag, const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) {
    if (!der::is_ascii(value))
      return Error{Code::Invalid, "name constraint " + der::shown(value) + " is not ASCII"};
    out += subtree(tag, value);
  }
  return out;
}

Result<std::string> encode_set(unsigned tag, const NameConstraintSet& set) {
  std::string content = TRY(subtrees(kDnsTag, set.dns_domains));
  for (const IpRange& range : set.ip_ranges) content += subtree(kIpTag, range.address.bytes + range.mask);
  content += TRY(subtrees(kEmailTag, set.email_addresses));
  content += TRY(subtrees(kUriTag, set.uri_domains));
  return content.empty() ? content : der::element(der::constructed(tag), content);
}

// One bits, then zero bits.
bool is_mask(std::string_view mask) {
  bool ended = false;
  for (const unsigned char byte : mask) {
    for (unsigned bit = 0x80; bit != 0; bit >>= 1U) {
      const bool is_set = (byte & bit) != 0;
      if (is_set && ended) return false;
      ended = ended || !is_set;
    }
  }
  return true;
}

Result<IpRange> decode_range(std::string_view value) {
  if (value.size() != 8 && value.size() != 32) {
    return Error{Code::Invalid, "IP range of " + std::to_string(value.size()) + " bytes in name constraints"};
  }
  const std::size_t half = value.size() / 2;
  if (!is_mask(value.substr(half)))
    return Error{Code::Invalid, "IP range in name constraints has no valid mask"};
  return IpRange{{std::string(value.substr(0, half))}, std::string(value.substr(half))};
}

Result<std::string> decode_text(std::string_view value) {
  if (!der::is_ascii(value)) return Error{Code::Invalid, "name constraint is not ASCII"};
  return std::string(value);
}

Status take_base(NameConstraintSet& set, const der::Element& base) {
  switch (base.tag) {
    case der::primitive(kDnsTag):
      set.dns_domains.push_back(TRY(decode_text(base.content)));
      return Done{};
    case der::primitive(kIpTag):
      set.ip_ranges.push_back(TRY(decode_range(base.content)));
      return Done{};
    case der::primitive(kEmailTag):
      set.email_addresses.push_back(TRY(decode_text(base.content)));
      return Done{};
    case der::primitive(kUriTag):
      set.uri_domains.push_back(TRY(decode_text(base.content)));
      return Done{};
    default:
      return Error{Code::Invalid, "name constraint of an unsupported kind"};
  }
}

Result<NameConstraintSet> decode_set(std::string_view content) {
  der::Reader reader(content);
  NameConstraintSet set;
  while (!reader.at_end()) {
    der::Reader entry = TRY(reader.enter(der::kSequence, "name constraints"));
    TRY(take_base(set, TRY(entry.element("name constraints"))));
    // RFC 5280: minimum is 0, which DER leaves out, and maximum is absent. Silently dropping one would widen.
    TRY(entry.expect_end("name constraint"));
  }
  return set;
}

Result<NameConstraintSet> decode_tagged_set(der::Reader& reader, unsigned tag) {
  if (!reader.next_is(der::constructed(tag))) return NameConstraintSet{};
  return decode_set(TRY(reader.content(der::constructed(tag), "name constraints")));
}

}  // namespace

bool NameConstraintSet::empty() const {
  return dns_domains.empty() && ip_ranges.empty() && email_addresses.empty() && uri_domains.empty();
}

Result<std::string> encode_name_constraints(const NameConstraints& constraints) {
  return der::sequence(TRY(encode_set(kPermittedTag, constraints.permitted)) +
                       TRY(encode_set(kExcludedTag, constraints.excluded)));
}

Result<NameConstraints> decode_name_constraints(std::string_view bytes) {
  der::Reader reader(TRY(der::whole_content(bytes, der::kSequence, "name constraints")));
  NameConstraints found;
  found.permitted = TRY(decode_tagged_set(reader, kPermittedTag));
  found.excluded = TRY(decode_tagged_set(reader, kExcludedTag));
  TRY(reader.expect_end("name constraints"));
  if (found.permitted.empty() && found.excluded.empty()) {
    return Error{Code::Invalid, "name constraints are empty"};
  }
  return found;
}

}  // namespace cw::pki
