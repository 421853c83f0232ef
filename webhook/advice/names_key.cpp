#include "webhook/advice/names_key.h"

#include <algorithm>
#include <vector>

#include "lib/api/names.h"
#include "lib/base/ascii.h"
#include "lib/pki/digest.h"

namespace cw::webhook {
namespace {

// Kinds of names, so that a URI is never taken for a mailbox. A common name counts as a DNS name: that is
// what it mostly repeats.
constexpr char kDns = 'd';
constexpr char kIp = 'i';
constexpr char kUri = 'u';
constexpr char kEmail = 'e';
constexpr char kOther = 'o';
constexpr char kSubject = 's';

std::string tagged(char tag, std::string_view name) {
  std::string text;
  text.reserve(name.size() + 1);
  text += tag;
  text += name;
  return text;
}

// Case and a last dot make no other name.
std::string tagged_dns(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  std::string text = tagged(kDns, name);
  for (char& c : text) c = lower_case(c);
  return text;
}

std::vector<std::string> names_of(const api::CertificateSpec& spec) {
  std::vector<std::string> names;
  names.reserve(spec.dns_names.size() + spec.ip_addresses.size() + spec.uris.size() +
                spec.email_addresses.size() + spec.other_names.size() + 2);
  if (!spec.common_name.empty()) names.push_back(tagged_dns(spec.common_name));
  for (const std::string& name : spec.dns_names) names.push_back(tagged_dns(name));
  for (const std::string& address : spec.ip_addresses) names.push_back(tagged(kIp, address));
  for (const std::string& uri : spec.uris) names.push_back(tagged(kUri, uri));
  for (const std::string& address : spec.email_addresses) names.push_back(tagged(kEmail, address));
  for (const api::OtherName& name : spec.other_names) {
    names.push_back(tagged(kOther, name.oid + '=' + name.utf8_value));
  }
  if (!spec.literal_subject.empty()) names.push_back(tagged(kSubject, spec.literal_subject));
  // Long lists mostly come sorted, and then comparing once is a tenth of the work.
  if (!std::is_sorted(names.begin(), names.end())) std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// With its length before it, no text can pass for two.
void append_part(std::string& into, std::string_view part) {
  into += std::to_string(part.size());
  into += ':';
  into += part;
}

}  // namespace

std::string names_key(std::string_view name_space, const api::CertificateSpec& spec) {
  const std::vector<std::string> names = names_of(spec);
  if (names.empty()) return {};
  std::string all;
  append_part(all, api::issuer_group(spec.issuer_ref));
  append_part(all, api::issuer_kind(spec.issuer_ref));
  append_part(all, api::issuer_kind(spec.issuer_ref) == api::kClusterIssuerKind ? "" : name_space);
  append_part(all, spec.issuer_ref.name);
  for (const std::string& name : names) append_part(all, name);
  return pki::sha256(all);
}

}  // namespace cw::webhook
