// The parts that validation of Certificate.spec is made of; internal to certificate*.cpp. `at` is "spec".
#pragma once

#include "lib/api/certificate.h"
#include "webhook/rules/rule.h"

namespace cw::webhook {

using api::CertificateSpec;

kube::FieldErrors check_identity(const CertificateSpec&, const kube::FieldPath& at, const RuleOptions&);
void list_identity_rules(RuleList&);

kube::FieldErrors check_literal_subject(const CertificateSpec&, const kube::FieldPath& at,
                                        const RuleOptions&);
void list_literal_subject_rules(RuleList&);

kube::FieldErrors check_secret(const CertificateSpec&, const kube::FieldPath& at, const RuleOptions&);
void list_secret_rules(RuleList&);

kube::FieldErrors check_keystores(const CertificateSpec&, const kube::FieldPath& at, const RuleOptions&);
void list_keystore_rules(RuleList&);

kube::FieldErrors check_key(const CertificateSpec&, const kube::FieldPath& at, const RuleOptions&);
void list_key_rules(RuleList&);

kube::FieldErrors check_name_constraints(const CertificateSpec&, const kube::FieldPath& at,
                                         const RuleOptions&);
void list_name_constraint_rules(RuleList&);

kube::FieldErrors check_duration(const CertificateSpec&, const kube::FieldPath& at, const RuleOptions&);
void list_duration_rules(RuleList&);

kube::FieldErrors check_renewal(const CertificateSpec&, const kube::FieldPath& at, const RuleOptions&);
// What the field lets through: see docs/differences.md.
kube::FieldErrors check_renewal_stricter(const CertificateSpec&, const kube::FieldPath& at,
                                         const RuleOptions&);
void list_renewal_rules(RuleList&);

}  // namespace cw::webhook
