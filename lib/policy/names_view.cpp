#include "lib/policy/names_view.h"

#include <algorithm>
#include <array>

#include "lib/base/encoding.h"

namespace cw::policy {
namespace {

std::string shown(const pki::RequestedValue& value) {
  return value.text ? *value.text : encode_hex(value.der);
}

std::vector<SubjectValue> subject_of(const std::vector<pki::RequestedValue>& subject) {
  std::vector<SubjectValue> values;
  for (const pki::RequestedValue& value : subject) values.push_back({value.type, value.text, shown(value)});
  return values;
}

// Grouped by type, in the order in which the types come first.
std::vector<OtherNameValues> other_names_of(const std::vector<pki::RequestedValue>& names) {
  std::vector<OtherNameValues> groups;
  for (const pki::RequestedValue& name : names) {
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const OtherNameValues& known) { return known.oid == name.type; });
    if (group == groups.end()) group = groups.insert(groups.end(), OtherNameValues{name.type, {}});
    group->values.push_back(shown(name));
  }
  return groups;
}

struct OpaqueWord {
  pki::OpaqueKind kind;
  std::string_view word;
};
// In the order in which the field reports them.
constexpr std::array<OpaqueWord, 4> kOpaqueWords{{
    {pki::OpaqueKind::DirectoryName, "directoryName"},
    {pki::OpaqueKind::X400Address, "x400Address"},
    {pki::OpaqueKind::EdiPartyName, "ediPartyName"},
    {pki::OpaqueKind::RegisteredId, "registeredID"},
}};

// Names that cannot be decoded hide what stands behind them, so nothing else is said then.
std::vector<Unnameable> unnameable_of(const pki::RequestedNames& names) {
  if (!names.undecodable.empty()) {
    return {{"", "the subject alternative names of the request cannot be decoded: " + names.undecodable}};
  }
  std::vector<Unnameable> found;
  for (const OpaqueWord& opaque : kOpaqueWords) {
    const auto count = std::count(names.opaque.begin(), names.opaque.end(), opaque.kind);
    const std::string word(opaque.word);
    const Unnameable one{"spec.allowed.subjectAltName." + word, word + " SAN entries are not permitted"};
    found.insert(found.end(), static_cast<std::size_t>(count), one);
  }
  return found;
}

}  // namespace

void show_names(const pki::RequestedNames& names, RequestView& into) {
  into.subject = subject_of(names.subject);
  into.dns_names = names.dns_names;
  into.email_addresses = names.email_addresses;
  into.uris = names.uris;
  for (const pki::IpAddress& address : names.ip_addresses) into.ip_addresses.push_back(pki::text_of(address));
  into.other_names = other_names_of(names.other_names);
  into.unnameable = unnameable_of(names);
}

}  // namespace cw::policy
