#include "lib/pki/ca_limits.h"

#include <string>
#include <string_view>
#include <vector>

#include "lib/pki/constraint_match.h"

namespace cw::pki {
namespace {

constexpr std::size_t kMaxListed = 5;

std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

std::string shown(const std::string& text) { return in_quotes(text); }
std::string shown(const IpAddress& address) { return text_of(address); }
std::string shown(const IpRange& range) { return text_of(range); }

template <typename T>
std::string listed(const std::vector<T>& items) {
  std::string out;
  for (std::size_t i = 0; i < items.size() && i < kMaxListed; ++i) {
    out += (i > 0 ? ", " : "") + shown(items[i]);
  }
  return out + (items.size() > kMaxListed ? ", …" : "");
}

// One kind of name: how it is called, and where its constraints stand.
template <typename T>
struct Kind {
  std::string_view name;
  const std::vector<T>& permitted;
  const std::vector<T>& excluded;
};

template <typename Name, typename T, typename Match>
Status check_names(const std::vector<Name>& names, const Kind<T>& kind, Match match) {
  for (const Name& name : names) {
    const ConstraintAnswer answer = match(name);
    if (answer == ConstraintAnswer::Passes) continue;
    const bool is_excluded = answer == ConstraintAnswer::Excluded;
    return Error{Code::Invalid, "the " + std::string(kind.name) + " " + shown(name) +
                                    " is outside the name constraints of the CA, which " +
                                    (is_excluded              ? "exclude " + listed(kind.excluded)
                                     : kind.permitted.empty() ? "exclude names of that kind without a host"
                                                              : "permit only " + listed(kind.permitted))};
  }
  return Done{};
}

Status check_name_constraints(const NameConstraints& limits, const SubjectAltNames& names) {
  const NameConstraintSet& permitted = limits.permitted;
  const NameConstraintSet& excluded = limits.excluded;
  TRY(check_names(names.dns_names, Kind<std::string>{"DNS name", permitted.dns_domains, excluded.dns_domains},
                  [&](const std::string& name) { return match_dns_name(limits, name); }));
  TRY(check_names(names.ip_addresses, Kind<IpRange>{"IP address", permitted.ip_ranges, excluded.ip_ranges},
                  [&](const IpAddress& address) { return match_ip_address(limits, address); }));
  TRY(check_names(names.email_addresses,
                  Kind<std::string>{"email address", permitted.email_addresses, excluded.email_addresses},
                  [&](const std::string& address) { return match_email_address(limits, address); }));
  return check_names(names.uris, Kind<std::string>{"URI", permitted.uri_domains, excluded.uri_domains},
                     [&](const std::string& uri) { return match_uri(limits, uri); });
}

}  // namespace

Status check_ca_limits(const Certificate& issuer, const Certificate& issued) {
  if (issued.is_ca() && issuer.path_length() == 0) {
    return Error{Code::Invalid,
                 "the path length of the CA is 0: it may sign no CA certificates (isCA: true)"};
  }
  const Extension* const found = find_extension(issuer.extensions(), kNameConstraintsOid);
  if (found == nullptr) return Done{};
  const auto limits = decode_name_constraints(found->value);
  if (!limits) return Done{};
  return check_name_constraints(*limits, issued.subject_alt_names());
}

}  // namespace cw::pki
