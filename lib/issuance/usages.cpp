#include "lib/issuance/usages.h"

#include <algorithm>
#include <array>

namespace cw::issuance {
namespace {

struct KeyUsageName {
  std::string_view name;
  pki::KeyUsage bit;
};
// In bit order; the first name of a bit is the one shown.
constexpr std::array<KeyUsageName, 10> kKeyUsages{{
    {"digital signature", pki::kDigitalSignature},
    {"signing", pki::kDigitalSignature},
    {"content commitment", pki::kContentCommitment},
    {"key encipherment", pki::kKeyEncipherment},
    {"data encipherment", pki::kDataEncipherment},
    {"key agreement", pki::kKeyAgreement},
    {"cert sign", pki::kCertSign},
    {"crl sign", pki::kCrlSign},
    {"encipher only", pki::kEncipherOnly},
    {"decipher only", pki::kDecipherOnly},
}};

struct ExtendedUsageName {
  std::string_view name;  // empty: recognised in requests, but no usage string means it
  std::string_view oid;
};
constexpr std::array<ExtendedUsageName, 15> kExtendedUsages{{
    {"any", "2.5.29.37.0"},
    {"server auth", "1.3.6.1.5.5.7.3.1"},
    {"client auth", "1.3.6.1.5.5.7.3.2"},
    {"code signing", "1.3.6.1.5.5.7.3.3"},
    {"email protection", "1.3.6.1.5.5.7.3.4"},
    {"s/mime", "1.3.6.1.5.5.7.3.4"},
    {"ipsec end system", "1.3.6.1.5.5.7.3.5"},
    {"ipsec tunnel", "1.3.6.1.5.5.7.3.6"},
    {"ipsec user", "1.3.6.1.5.5.7.3.7"},
    {"timestamping", "1.3.6.1.5.5.7.3.8"},
    {"ocsp signing", "1.3.6.1.5.5.7.3.9"},
    {"microsoft sgc", "1.3.6.1.4.1.311.10.3.3"},
    {"netscape sgc", "2.16.840.1.113730.4.1"},
    {"", "1.3.6.1.4.1.311.2.1.22"},  // Microsoft commercial code signing
    {"", "1.3.6.1.4.1.311.61.1.1"},  // Microsoft kernel code signing
}};

const KeyUsageName* find_key_usage(std::string_view name) {
  const auto* const found = std::find_if(kKeyUsages.begin(), kKeyUsages.end(),
                                         [&](const KeyUsageName& usage) { return usage.name == name; });
  return found == kKeyUsages.end() ? nullptr : found;
}

const ExtendedUsageName* find_extended_usage(std::string_view name) {
  const auto* const found =
      std::find_if(kExtendedUsages.begin(), kExtendedUsages.end(),
                   [&](const ExtendedUsageName& usage) { return !name.empty() && usage.name == name; });
  return found == kExtendedUsages.end() ? nullptr : found;
}

const ExtendedUsageName* find_by_oid(std::string_view oid) {
  const auto* const found = std::find_if(kExtendedUsages.begin(), kExtendedUsages.end(),
                                         [&](const ExtendedUsageName& usage) { return usage.oid == oid; });
  return found == kExtendedUsages.end() ? nullptr : found;
}

Status check_known(const std::vector<std::string>& usages) {
  const auto unknown = unknown_usages(usages);
  if (unknown.empty()) return Done{};
  std::string message = "unknown key usages:";
  for (const std::string& usage : unknown) message += " \"" + usage + "\"";
  return Error{Code::Invalid, std::move(message)};
}

}  // namespace

bool is_known_usage(std::string_view usage) {
  return find_key_usage(usage) != nullptr || find_extended_usage(usage) != nullptr;
}

std::vector<std::string> unknown_usages(const std::vector<std::string>& usages) {
  std::vector<std::string> unknown;
  for (const std::string& usage : usages) {
    if (!is_known_usage(usage)) unknown.push_back(usage);
  }
  return unknown;
}

Result<Usages> expected_usages(const std::vector<std::string>& usages, IsCa is_ca) {
  TRY(check_known(usages));
  Usages expected;
  if (is_ca == IsCa::Yes) expected.key_usage |= pki::kCertSign;
  if (usages.empty()) expected.key_usage |= pki::kDigitalSignature | pki::kKeyEncipherment;
  for (const std::string& usage : usages) {
    if (const KeyUsageName* const key_usage = find_key_usage(usage)) {
      expected.key_usage |= key_usage->bit;
    } else {
      expected.extended.emplace_back(find_extended_usage(usage)->oid);
    }
  }
  return expected;
}

std::vector<std::string> recognised_extended_usages(const std::vector<std::string>& oids) {
  std::vector<std::string> recognised;
  for (const std::string& oid : oids) {
    if (find_by_oid(oid) != nullptr) recognised.push_back(oid);
  }
  return recognised;
}

std::vector<std::string> key_usage_names(pki::KeyUsage bits) {
  std::vector<std::string> names;
  for (const KeyUsageName& usage : kKeyUsages) {
    if ((bits & usage.bit) != 0) names.emplace_back(usage.name);
    bits = static_cast<pki::KeyUsage>(bits & ~usage.bit);
  }
  return names;
}

std::vector<std::string> extended_usage_names(const std::vector<std::string>& oids) {
  std::vector<std::string> names;
  for (const std::string& oid : oids) {
    const ExtendedUsageName* const usage = find_by_oid(oid);
    names.emplace_back(usage == nullptr || usage->name.empty() ? std::string_view(oid) : usage->name);
  }
  return names;
}

}  // namespace cw::issuance
