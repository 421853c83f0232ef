// spec.dnsNames: what no resolver, no CA and no client will take for a name, and the set of names as a whole.
#include <algorithm>
#include <cstdint>

#include "lib/base/ascii.h"
#include "webhook/advice/names_key.h"
#include "webhook/advice/parts.h"
#include "webhook/advice/public_suffix.h"
#include "webhook/advice/text.h"

namespace cw::webhook {
namespace {

constexpr std::string_view kSource = "issue B item 4; RFC 5280 4.2.1.6, RFC 1034 3.5";
constexpr std::size_t kMaxNameBytes = 253;
constexpr std::size_t kMaxLabelBytes = 63;
constexpr std::string_view kWildcard = "*.";

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

std::string path_of(std::size_t i) { return "spec.dnsNames[" + std::to_string(i) + "]"; }

bool has_upper_case(std::string_view name) { return std::any_of(name.begin(), name.end(), is_upper); }
bool has_last_dot(std::string_view name) { return name.size() > 1 && name.ends_with('.'); }
bool has_underscore(std::string_view name) { return name.find('_') != std::string_view::npos; }

// Underscores have a rule of their own.
bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kMaxLabelBytes || label.front() == '-' || label.back() == '-')
    return false;
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
}

bool is_dns_name(std::string_view name) {
  if (has_last_dot(name)) name.remove_suffix(1);
  if (name.empty() || name.size() > kMaxNameBytes) return false;
  if (name.starts_with(kWildcard)) name.remove_prefix(kWildcard.size());
  while (true) {
    const std::size_t dot = name.find('.');
    if (!is_label(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

std::string_view what_is_no_name(std::string_view name) {
  const bool ascii = std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (!ascii) return "is not ASCII: write an international name in its xn-- form";
  if (name.find('*') != std::string_view::npos)
    return "a wildcard is only \"*.\" before a whole name: write it so";
  return "is no DNS name: use labels of 1 to 63 letters, digits and inner hyphens, joined by dots";
}

void names_are_names(const api::Certificate& certificate, const AdviceContext& /*context*/,
                     AdviceSink& sink) {
  for (std::size_t i = 0; i < certificate.spec.dns_names.size(); ++i) {
    const std::string& name = certificate.spec.dns_names[i];
    if (!is_dns_name(name)) sink.add(path_of(i), name, std::string(what_is_no_name(name)));
  }
}

void names_are_lower_case(const api::Certificate& certificate, const AdviceContext& /*context*/,
                          AdviceSink& sink) {
  for (std::size_t i = 0; i < certificate.spec.dns_names.size(); ++i) {
    const std::string& name = certificate.spec.dns_names[i];
    if (!has_upper_case(name)) continue;
    sink.add(path_of(i), name,
             "has upper case letters, which some clients and policies do not match: write " +
                 shown_value(lower_case(name)));
  }
}

void names_have_no_last_dot(const api::Certificate& certificate, const AdviceContext& /*context*/,
                            AdviceSink& sink) {
  for (std::size_t i = 0; i < certificate.spec.dns_names.size(); ++i) {
    const std::string& name = certificate.spec.dns_names[i];
    if (!has_last_dot(name)) continue;
    sink.add(path_of(i), name, "ends in a dot, which clients do not match: leave it out");
  }
}

void names_have_no_underscore(const api::Certificate& certificate, const AdviceContext& /*context*/,
                              AdviceSink& sink) {
  for (std::size_t i = 0; i < certificate.spec.dns_names.size(); ++i) {
    const std::string& name = certificate.spec.dns_names[i];
    if (!has_underscore(name)) continue;
    sink.add(path_of(i), name, "has an underscore, which public CAs refuse in a host name: use a hyphen");
  }
}

void wildcards_are_below_public_suffixes(const api::Certificate& certificate,
                                         const AdviceContext& /*context*/, AdviceSink& sink) {
  for (std::size_t i = 0; i < certificate.spec.dns_names.size(); ++i) {
    std::string_view name = certificate.spec.dns_names[i];
    if (has_last_dot(name)) name.remove_suffix(1);
    if (!name.starts_with(kWildcard)) continue;
    if (!is_public_suffix(lower_case(name.substr(kWildcard.size())))) continue;
    sink.add(path_of(i), certificate.spec.dns_names[i],
             "is a wildcard over a public suffix, which CAs refuse and clients do not trust: name your own "
             "domain");
  }
}

// What is in another namespace is named by its namespace only: whoever asks may not be allowed to see more.
std::string where_it_is(const kube::ObjectKey& other, const AdviceContext& context) {
  if (other.name_space == context.name_space) return "Certificate " + shown_value(plain(other.name, 40));
  return "a Certificate in namespace " + shown_value(plain(other.name_space, 40));
}

void names_are_asked_for_once(const api::Certificate& certificate, const AdviceContext& context,
                              AdviceSink& sink) {
  if (!context.facts.knows_certificates()) return;
  const std::string key = names_key(context.name_space, certificate.spec);
  if (key.empty()) return;
  const kube::ObjectKey self{std::string(context.name_space), certificate.metadata.name};
  for (const kube::ObjectKey& other : context.facts.certificates_with_names(key)) {
    if (other == self) continue;
    return sink.add(
        "spec", "",
        where_it_is(other, context) +
            " asks the same issuer for the same names: share its Secret, or issuance may run into limits");
  }
}

constexpr AdviceRule<api::Certificate> kRules[] = {
    {"advice.certificate.dnsNames.syntax", kSource, names_are_names},
    {"advice.certificate.dnsNames.upperCase", kSource, names_are_lower_case},
    {"advice.certificate.dnsNames.trailingDot", kSource, names_have_no_last_dot},
    {"advice.certificate.dnsNames.underscore", kSource, names_have_no_underscore},
    {"advice.certificate.dnsNames.publicSuffix", "issue B item 4; publicsuffix.org, ICANN part",
     wildcards_are_below_public_suffixes},
};

constexpr AdviceRule<api::Certificate> kDuplicate[] = {
    {"advice.certificate.names.duplicate", "issue B item 4; reference/policy.md 3.7",
     names_are_asked_for_once},
};

}  // namespace

CertificateAdvice name_advice() { return kRules; }
CertificateAdvice duplicate_advice() { return kDuplicate; }

}  // namespace cw::webhook
