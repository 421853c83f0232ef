#include "lib/pki/constraint_match.h"

#include <algorithm>

#include "lib/base/ascii.h"

namespace cw::pki {
namespace {

bool same_text(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return cw::lower_case(x) == cw::lower_case(y); });
}

// "example.com" holds for itself and all below, ".example.com" for what is below, "" for every name.
bool is_within(std::string_view name, std::string_view constraint) {
  if (constraint.empty()) return true;
  if (name.ends_with('.')) name.remove_suffix(1);
  const bool only_below = constraint.front() == '.';
  if (only_below) constraint.remove_prefix(1);
  if (name.size() < constraint.size()) return false;
  if (!same_text(name.substr(name.size() - constraint.size()), constraint)) return false;
  if (name.size() == constraint.size()) return !only_below;
  return name[name.size() - constraint.size() - 1] == '.';
}

bool is_within(const IpAddress& address, const IpRange& range) {
  if (address.bytes.size() != range.mask.size()) return false;
  for (std::size_t i = 0; i < range.mask.size(); ++i) {
    if ((address.bytes[i] & range.mask[i]) != range.address.bytes[i]) return false;
  }
  return true;
}

// The local part counts as it is written (RFC 5321 §2.4), the host does not.
bool is_mailbox_within(std::string_view address, std::string_view constraint) {
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos) return false;
  const std::size_t wanted = constraint.rfind('@');
  if (wanted == std::string_view::npos) return is_within(address.substr(at + 1), constraint);
  return address.substr(0, at) == constraint.substr(0, wanted) &&
         same_text(address.substr(at + 1), constraint.substr(wanted + 1));
}

// The host name of "scheme://user@host:port/…"; empty: none, or an IP address.
std::string_view host_of(std::string_view uri) {
  const std::size_t start = uri.find("://");
  if (start == std::string_view::npos) return {};
  std::string_view host = uri.substr(start + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  if (host.starts_with('[')) return {};
  host = host.substr(0, host.find(':'));
  return parse_ip(host) ? std::string_view() : host;
}

template <typename List, typename Matches>
ConstraintAnswer judge(const List& permitted, const List& excluded, Matches matches) {
  if (std::any_of(excluded.begin(), excluded.end(), matches)) return ConstraintAnswer::Excluded;
  if (permitted.empty() || std::any_of(permitted.begin(), permitted.end(), matches)) {
    return ConstraintAnswer::Passes;
  }
  return ConstraintAnswer::NotPermitted;
}

}  // namespace

ConstraintAnswer match_dns_name(const NameConstraints& constraints, std::string_view name) {
  return judge(constraints.permitted.dns_domains, constraints.excluded.dns_domains,
               [&](const std::string& domain) { return is_within(name, domain); });
}

ConstraintAnswer match_ip_address(const NameConstraints& constraints, const IpAddress& address) {
  return judge(constraints.permitted.ip_ranges, constraints.excluded.ip_ranges,
               [&](const IpRange& range) { return is_within(address, range); });
}

ConstraintAnswer match_email_address(const NameConstraints& constraints, std::string_view address) {
  return judge(constraints.permitted.email_addresses, constraints.excluded.email_addresses,
               [&](const std::string& wanted) { return is_mailbox_within(address, wanted); });
}

ConstraintAnswer match_uri(const NameConstraints& constraints, std::string_view uri) {
  const auto& permitted = constraints.permitted.uri_domains;
  const auto& excluded = constraints.excluded.uri_domains;
  if (permitted.empty() && excluded.empty()) return ConstraintAnswer::Passes;
  const std::string_view host = host_of(uri);
  if (host.empty()) return ConstraintAnswer::NotPermitted;
  return judge(permitted, excluded, [&](const std::string& domain) { return is_within(host, domain); });
}

}  // namespace cw::pki
