// spec.acme: the account, and the solvers one by one.
#include "webhook/rules/issuer_parts.h"
#include "webhook/rules/shown.h"

namespace cw::webhook {
namespace {

using api::AcmeExternalAccountBinding;
using api::AcmeIssuer;
using api::Solver;
using kube::FieldErrors;
using kube::FieldPath;

constexpr RequiredField<AcmeIssuer> kRequired[] = {
    {"issuer.acme.privateKeySecretRef.required", "ACM-04; validation/issuer.go", "privateKeySecretRef.name",
     [](const AcmeIssuer& acme) { return acme.private_key_secret_ref.name.empty(); },
     "name the Secret in which the account's key is kept"},
    {"issuer.acme.server.required", "ACM-05; validation/issuer.go", "server",
     [](const AcmeIssuer& acme) { return acme.server.empty(); }, "give the URL of the ACME directory"},
};

constexpr RequiredField<AcmeExternalAccountBinding> kBindingRequired[] = {
    {"issuer.acme.binding.keyID.required", "ACM-06; validation/issuer.go", "keyID",
     [](const AcmeExternalAccountBinding& binding) { return binding.key_id.empty(); }},
    {"issuer.acme.binding.keySecretRef.name.required", "ACM-07; validation/issuer.go", "keySecretRef.name",
     [](const AcmeExternalAccountBinding& binding) { return binding.key_secret_ref.name.empty(); }},
    {"issuer.acme.binding.keySecretRef.key.required", "ACM-08; validation/issuer.go", "keySecretRef.key",
     [](const AcmeExternalAccountBinding& binding) { return binding.key_secret_ref.key.empty(); }},
};

bool trusts_and_skips(const AcmeIssuer& acme) { return !acme.ca_bundle.empty() && acme.skip_tls_verify; }

constexpr std::string_view kTrustOrSkip = "give either caBundle or skipTLSVerify, not both";

FieldErrors bundle_excludes_skipping(const AcmeIssuer& acme, const FieldPath& at) {
  if (!trusts_and_skips(acme)) return {};
  return {kube::invalid(at.child("caBundle"), kube::quoted(""), std::string(kTrustOrSkip))};
}

FieldErrors skipping_excludes_bundle(const AcmeIssuer& acme, const FieldPath& at) {
  if (!trusts_and_skips(acme)) return {};
  return {kube::invalid(at.child("skipTLSVerify"), "true", std::string(kTrustOrSkip))};
}

FieldErrors bundle_parses(const AcmeIssuer& acme, const FieldPath& at) {
  if (acme.ca_bundle.empty() || is_ca_bundle(acme.ca_bundle.text())) return {};
  return {
      kube::invalid(at.child("caBundle"), kube::quoted(""), "holds no certificate in PEM that can be read")};
}

constexpr Rule<AcmeIssuer> kRules[] = {
    {"issuer.acme.caBundle.alone", "ACM-01; validation/issuer.go", bundle_excludes_skipping},
    {"issuer.acme.skipTLSVerify.alone", "ACM-02; validation/issuer.go", skipping_excludes_bundle},
    {"issuer.acme.caBundle.syntax", "ACM-03; validation/issuer.go", bundle_parses},
};

FieldErrors one_challenge_type(const Solver& solver, const FieldPath& at) {
  if (!solver.http01 || !solver.dns01) return {};
  return {kube::forbidden(at, "a solver is either http01 or dns01: make two of it")};
}

FieldErrors some_challenge_type(const Solver& solver, const FieldPath& at) {
  if (solver.http01 || solver.dns01) return {};
  return {kube::required(at, "give http01 or dns01")};
}

FieldErrors wait_is_not_negative(const Solver& solver, const FieldPath& at) {
  if (!solver.wait_instead_of_self_check || *solver.wait_instead_of_self_check >= Duration::zero()) return {};
  return {kube::invalid(at.child("waitInsteadOfSelfCheck"), shown(*solver.wait_instead_of_self_check),
                        "must not be negative")};
}

constexpr Rule<Solver> kSolver[] = {
    {"issuer.acme.solver.one", "ACM-10; validation/issuer.go", one_challenge_type},
    {"issuer.acme.solver.some", "ACM-11; validation/issuer.go", some_challenge_type},
    {"issuer.acme.solver.waitInsteadOfSelfCheck", "ACM-12; validation/issuer.go", wait_is_not_negative},
};

FieldErrors check_solver(const Solver& solver, const FieldPath& at) {
  FieldErrors all;
  if (solver.http01) append(all, check_http01(*solver.http01, at.child("http01")));
  if (solver.dns01 && !solver.http01) append(all, check_dns01(*solver.dns01, at.child("dns01")));
  append(all, run_rules<Solver>(kSolver, solver, at, {}));
  return all;
}

// The one warning that the field gives. A row for the catalogue; it never refuses.
constexpr RuleInfo kWarnings[] = {
    {"issuer.acme.binding.keyAlgorithm.deprecated", "ACM-09; validation/issuer.go"},
};

}  // namespace

FieldErrors check_acme(const AcmeIssuer& acme, const FieldPath& at) {
  FieldErrors all = run_rules<AcmeIssuer>(kRules, acme, at, {});
  append(all, run_required<AcmeIssuer>(kRequired, acme, at));
  if (acme.external_account_binding) {
    append(all, run_required<AcmeExternalAccountBinding>(kBindingRequired, *acme.external_account_binding,
                                                         at.child("externalAccountBinding")));
  }
  for (std::size_t i = 0; i < acme.solvers.size(); ++i) {
    append(all, check_solver(acme.solvers[i], at.child("solvers").index(i)));
  }
  return all;
}

std::vector<std::string> acme_warnings(const AcmeIssuer& acme) {
  if (!acme.external_account_binding || acme.external_account_binding->key_algorithm.empty()) return {};
  return {"spec.acme.externalAccountBinding.keyAlgorithm is deprecated and has no effect: leave it out"};
}

void list_acme_rules(RuleList& into) {
  list_rows(into, kRules);
  list_rows(into, kRequired);
  list_rows(into, kBindingRequired);
  list_rows(into, kSolver);
  list_rows(into, kWarnings);
}

}  // namespace cw::webhook
