// spec.vault but its auth: the server, what is trusted, the client certificate.
#include "webhook/rules/issuer_parts.h"
#include "webhook/rules/vault_path.h"

namespace cw::webhook {
namespace {

using api::VaultIssuer;
using kube::FieldErrors;
using kube::FieldPath;

// Shown in place of what is long or not the reader's business.
constexpr std::string_view kSnip = "<snip>";

constexpr RequiredField<VaultIssuer> kRequired[] = {
    {"issuer.vault.server.required", "VLT-01; validation/issuer.go", "server",
     [](const VaultIssuer& vault) { return vault.server.empty(); }, "give the URL of the Vault server"},
    {"issuer.vault.path.required", "VLT-02; validation/issuer.go", "path",
     [](const VaultIssuer& vault) { return vault.path.empty(); },
     "give the path that signs, such as pki/sign/my-role"},
};

FieldErrors path_is_safe(const VaultIssuer& vault, const FieldPath& at) {
  return path_stays_inside(vault.path, at.child("path"));
}

FieldErrors bundle_parses(const VaultIssuer& vault, const FieldPath& at) {
  if (vault.ca_bundle.empty() || is_ca_bundle(vault.ca_bundle.text())) return {};
  return {kube::invalid(at.child("caBundle"), kube::quoted(kSnip),
                        "holds no certificate in PEM that can be read")};
}

bool has_two_bundles(const VaultIssuer& vault) {
  return !vault.ca_bundle.empty() && vault.ca_bundle_secret_ref;
}

FieldErrors bundle_excludes_reference(const VaultIssuer& vault, const FieldPath& at) {
  if (!has_two_bundles(vault)) return {};
  return {kube::invalid(at.child("caBundle"), kube::quoted(kSnip),
                        "give either caBundle or caBundleSecretRef, not both")};
}

FieldErrors reference_excludes_bundle(const VaultIssuer& vault, const FieldPath& at) {
  if (!has_two_bundles(vault)) return {};
  return {kube::invalid(at.child("caBundleSecretRef"), kube::quoted(vault.ca_bundle_secret_ref->name),
                        "give either caBundle or caBundleSecretRef, not both")};
}

// Invalid, not Required: the field's own.
FieldErrors certificate_needs_key(const VaultIssuer& vault, const FieldPath& at) {
  if (!vault.client_cert_secret_ref || vault.client_key_secret_ref) return {};
  return {kube::invalid(at.child("clientKeySecretRef"), kube::quoted(kSnip), "clientCertSecretRef needs it")};
}

FieldErrors key_needs_certificate(const VaultIssuer& vault, const FieldPath& at) {
  if (!vault.client_key_secret_ref || vault.client_cert_secret_ref) return {};
  return {kube::invalid(at.child("clientCertSecretRef"), kube::quoted(kSnip), "clientKeySecretRef needs it")};
}

constexpr Rule<VaultIssuer> kRules[] = {
    {"issuer.vault.path.safe", "VLT-03; validation/issuer.go", path_is_safe},
    {"issuer.vault.caBundle.syntax", "VLT-04; validation/issuer.go", bundle_parses},
    {"issuer.vault.caBundle.alone", "VLT-05; validation/issuer.go", bundle_excludes_reference},
    {"issuer.vault.caBundleSecretRef.alone", "VLT-06; validation/issuer.go", reference_excludes_bundle},
    {"issuer.vault.clientKeySecretRef.pair", "VLT-07; validation/issuer.go", certificate_needs_key},
    {"issuer.vault.clientCertSecretRef.pair", "VLT-08; validation/issuer.go", key_needs_certificate},
};

}  // namespace

FieldErrors path_stays_inside(std::string_view path, const FieldPath& at) {
  std::string_view rest = path;
  while (true) {
    const std::size_t slash = rest.find('/');
    if (rest.substr(0, slash) == "..") {
      return {kube::invalid(at, kube::quoted(path), "must not contain '..' as a part of the path")};
    }
    if (slash == std::string_view::npos) return {};
    rest.remove_prefix(slash + 1);
  }
}

FieldErrors check_vault(const VaultIssuer& vault, const FieldPath& at) {
  FieldErrors all = run_required<VaultIssuer>(kRequired, vault, at);
  append(all, run_rules<VaultIssuer>(kRules, vault, at, {}));
  append(all, check_vault_auth(vault.auth, at.child("auth")));
  return all;
}

void list_vault_rules(RuleList& into) {
  list_rows(into, kRequired);
  list_rows(into, kRules);
}

}  // namespace cw::webhook
