// spec.venafi: exactly one of tpp, cloud and ngts; all that are there are judged.
#include "webhook/rules/issuer_parts.h"

namespace cw::webhook {
namespace {

using api::VenafiIssuer;
using api::VenafiNgts;
using api::VenafiTpp;
using kube::FieldErrors;
using kube::FieldPath;

constexpr RequiredField<VenafiIssuer> kRequired[] = {
    {"issuer.venafi.zone.required", "VEN-01; validation/issuer.go", "zone",
     [](const VenafiIssuer& venafi) { return venafi.zone.empty(); }},
};

constexpr RequiredField<VenafiTpp> kTppRequired[] = {
    {"issuer.venafi.tpp.url.required", "VEN-02; validation/issuer.go", "url",
     [](const VenafiTpp& tpp) { return tpp.url.empty(); }},
};

FieldErrors one_bundle(const VenafiTpp& tpp, const FieldPath& at) {
  if (tpp.ca_bundle.empty() || !tpp.ca_bundle_secret_ref) return {};
  return {kube::forbidden(at, "give either caBundle or caBundleSecretRef, not both")};
}

constexpr Rule<VenafiTpp> kTpp[] = {
    {"issuer.venafi.tpp.caBundle.one", "VEN-03; validation/issuer.go", one_bundle},
};

constexpr RequiredField<VenafiNgts> kNgtsRequired[] = {
    {"issuer.venafi.ngts.tsgID.required", "VEN-04; validation/issuer.go", "tsgID",
     [](const VenafiNgts& ngts) { return ngts.tsg_id.empty(); }},
    {"issuer.venafi.ngts.credentialsRef.required", "VEN-05; validation/issuer.go", "credentialsRef.name",
     [](const VenafiNgts& ngts) { return ngts.credentials_ref.name.empty(); }},
};

int products(const VenafiIssuer& venafi) {
  return (venafi.tpp ? 1 : 0) + (venafi.cloud ? 1 : 0) + (venafi.ngts ? 1 : 0);
}

FieldErrors some_product(const VenafiIssuer& venafi, const FieldPath& at) {
  if (products(venafi) > 0) return {};
  return {kube::required(at, "give one of tpp, cloud and ngts")};
}

FieldErrors one_product(const VenafiIssuer& venafi, const FieldPath& at) {
  if (products(venafi) <= 1) return {};
  return {kube::forbidden(at, "give only one of tpp, cloud and ngts")};
}

constexpr Rule<VenafiIssuer> kRules[] = {
    {"issuer.venafi.some", "VEN-06; validation/issuer.go", some_product},
    {"issuer.venafi.one", "VEN-07; validation/issuer.go", one_product},
};

}  // namespace

FieldErrors check_venafi(const VenafiIssuer& venafi, const FieldPath& at) {
  FieldErrors all = run_required<VenafiIssuer>(kRequired, venafi, at);
  if (venafi.tpp) {
    append(all, run_required<VenafiTpp>(kTppRequired, *venafi.tpp, at.child("tpp")));
    append(all, run_rules<VenafiTpp>(kTpp, *venafi.tpp, at.child("tpp"), {}));
  }
  if (venafi.ngts) append(all, run_required<VenafiNgts>(kNgtsRequired, *venafi.ngts, at.child("ngts")));
  append(all, run_rules<VenafiIssuer>(kRules, venafi, at, {}));
  return all;
}

void list_venafi_rules(RuleList& into) {
  list_rows(into, kRequired);
  list_rows(into, kTppRequired);
  list_rows(into, kTpp);
  list_rows(into, kNgtsRequired);
  list_rows(into, kRules);
}

}  // namespace cw::webhook
