#include "lib/pki/lint.h"

#include <algorithm>
#include <array>

namespace cw::pki {
namespace {

using Problem = std::optional<std::string>;

constexpr std::size_t kMaxSerialOctets = 20;
constexpr std::size_t kMinSerialOctets = 8;  // 64 bits, all of which our serials draw at random and more

// RFC 5280 counts the octets of the INTEGER, a leading zero among them.
Problem serial_number(const Certificate& certificate) {
  if (certificate.serial_der().size() > kMaxSerialOctets) return "the serial number has more than 20 octets";
  if (certificate.serial().empty()) return "the serial number is not positive";
  if (certificate.serial().size() < kMinSerialOctets) return "the serial number has less than 64 bits";
  return std::nullopt;
}

Problem validity(const Certificate& certificate) {
  if (certificate.not_before() <= certificate.not_after()) return std::nullopt;
  return "the end of the validity is before its start";
}

Problem key_usage_of_ca(const Certificate& certificate) {
  if (!certificate.is_ca()) return std::nullopt;
  const auto usage = certificate.key_usage();
  if (!usage) return "a CA certificate has no key usage";
  if ((*usage & kCertSign) == 0) return "a CA certificate has key usages without cert sign";
  return std::nullopt;
}

Problem path_length(const Certificate& certificate) {
  if (certificate.is_ca() || !certificate.path_length()) return std::nullopt;
  return "a certificate that is no CA certificate has a path length";
}

Problem subject_key_identifier(const Certificate& certificate) {
  if (!certificate.is_ca() || !certificate.subject_key_id().empty()) return std::nullopt;
  return "a CA certificate has no subject key identifier";
}

Problem criticality(const Certificate& certificate) {
  const Extension* const names = find_extension(certificate.extensions(), kSubjectAltNameOid);
  if (names == nullptr) return std::nullopt;
  const bool has_subject = !certificate.subject().empty();
  if (!has_subject && !names->critical) {
    return "the subject is empty, so the subject alternative names must be critical";
  }
  if (has_subject && names->critical) {
    return "there is a subject, so the subject alternative names must not be critical";
  }
  return std::nullopt;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// RFC 5280 names " " itself; with a control character a name reads as another one than it is.
Problem dns_names(const Certificate& certificate) {
  for (const std::string& name : certificate.subject_alt_names().dns_names) {
    if (name.empty() || name == " ") return "a DNS name is empty";
    if (std::any_of(name.begin(), name.end(), is_control)) return "a DNS name has control characters";
  }
  return std::nullopt;
}

constexpr std::array<LintRule, 7> kRules{{
    {"serial-number", "4.1.2.2", serial_number},
    {"validity", "4.1.2.5", validity},
    {"ca-key-usage", "4.2.1.3", key_usage_of_ca},
    {"path-length", "4.2.1.9", path_length},
    {"subject-key-identifier", "4.2.1.2", subject_key_identifier},
    {"alternative-names-criticality", "4.2.1.6", criticality},
    {"dns-names", "4.2.1.6", dns_names},
}};

}  // namespace

std::span<const LintRule> lint_rules() { return kRules; }

Status lint(const Certificate& certificate) {
  for (const LintRule& rule : kRules) {
    const auto problem = rule.problem(certificate);
    if (!problem) continue;
    return Error{Code::Invalid, *problem + " (rule " + std::string(rule.name) + ", RFC 5280 section " +
                                    std::string(rule.section) + ")"};
  }
  return Done{};
}

}  // namespace cw::pki
