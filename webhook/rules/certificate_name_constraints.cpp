// spec.nameConstraints: only for a CA, not empty, ranges in CIDR form.
#include "lib/pki/ip_address.h"
#include "webhook/rules/certificate_parts.h"
#include "webhook/rules/shown.h"

namespace cw::webhook {
namespace {

using kube::FieldErrors;
using kube::FieldPath;

bool gate_off(const RuleOptions& options) { return !options.name_constraints; }
bool gate_on(const RuleOptions& options) { return options.name_constraints; }

FieldErrors constraints_are_switched_on(const CertificateSpec& spec, const FieldPath& at) {
  if (!spec.name_constraints) return {};
  return {kube::forbidden(at.child("nameConstraints"),
                          "switch the feature gate NameConstraints on in webhook and controller")};
}

FieldErrors constraints_need_a_ca(const CertificateSpec& spec, const FieldPath& at) {
  if (!spec.name_constraints || spec.is_ca) return {};
  return {kube::invalid(at.child("nameConstraints"), shown(*spec.name_constraints),
                        "only a CA constrains names: set isCA to true")};
}

FieldErrors constraints_say_something(const CertificateSpec& spec, const FieldPath& at) {
  if (!spec.name_constraints || spec.name_constraints->permitted || spec.name_constraints->excluded)
    return {};
  return {kube::invalid(at.child("nameConstraints"), shown(*spec.name_constraints),
                        "give permitted or excluded, or both")};
}

FieldErrors ranges_parse(const std::optional<api::NameConstraintItem>& item, const FieldPath& at) {
  FieldErrors errors;
  if (!item) return errors;
  for (std::size_t i = 0; i < item->ip_ranges.size(); ++i) {
    if (pki::parse_cidr(item->ip_ranges[i])) continue;
    errors.push_back(kube::invalid(at.child("ipRanges").index(i), kube::quoted(item->ip_ranges[i]),
                                   "must be a range in CIDR form, such as 10.0.0.0/8"));
  }
  return errors;
}

FieldErrors permitted_ranges_parse(const CertificateSpec& spec, const FieldPath& at) {
  if (!spec.name_constraints) return {};
  return ranges_parse(spec.name_constraints->permitted, at.child("nameConstraints.permitted"));
}

FieldErrors excluded_ranges_parse(const CertificateSpec& spec, const FieldPath& at) {
  if (!spec.name_constraints) return {};
  return ranges_parse(spec.name_constraints->excluded, at.child("nameConstraints.excluded"));
}

constexpr Rule<CertificateSpec> kRules[] = {
    {"certificate.nameConstraints.gate", "CRT-40; validation/certificate.go", constraints_are_switched_on,
     gate_off},
    {"certificate.nameConstraints.isCA", "CRT-41; validation/certificate.go", constraints_need_a_ca, gate_on},
    {"certificate.nameConstraints.empty", "CRT-42; validation/certificate.go", constraints_say_something,
     gate_on},
    {"certificate.nameConstraints.permitted.ipRanges", "CRT-43; validation/certificate.go",
     permitted_ranges_parse, gate_on},
    {"certificate.nameConstraints.excluded.ipRanges", "CRT-44; validation/certificate.go",
     excluded_ranges_parse, gate_on},
};

}  // namespace

FieldErrors check_name_constraints(const CertificateSpec& spec, const FieldPath& at,
                                   const RuleOptions& options) {
  return run_rules<CertificateSpec>(kRules, spec, at, options);
}

void list_name_constraint_rules(RuleList& into) { list_rows(into, kRules); }

}  // namespace cw::webhook
