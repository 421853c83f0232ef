// spec.vault.auth: at least one way to log in. Several are let in, as the field does; the first counts. The
// paths of mountPath say path, but for aws: the field's own.
#include "webhook/rules/issuer_parts.h"
#include "webhook/rules/vault_path.h"

namespace cw::webhook {
namespace {

using api::VaultAppRole;
using api::VaultAuth;
using api::VaultAwsAuth;
using api::VaultClientCertificateAuth;
using api::VaultKubernetesAuth;
using kube::FieldErrors;
using kube::FieldPath;

constexpr RequiredField<VaultAppRole> kAppRoleRequired[] = {
    {"issuer.vault.auth.appRole.roleId.required", "VLT-09; validation/issuer.go", "roleId",
     [](const VaultAppRole& role) { return role.role_id.empty(); }},
    {"issuer.vault.auth.appRole.secretRef.required", "VLT-10; validation/issuer.go", "secretRef.name",
     [](const VaultAppRole& role) { return role.secret_ref.name.empty(); }},
};

constexpr Rule<VaultAppRole> kAppRole[] = {
    {"issuer.vault.auth.appRole.path.safe", "VLT-11; validation/issuer.go",
     [](const VaultAppRole& role, const FieldPath& at) {
       return path_stays_inside(role.path, at.child("path"));
     }},
};

constexpr Rule<VaultClientCertificateAuth> kClientCertificate[] = {
    {"issuer.vault.auth.clientCertificate.mountPath.safe", "VLT-12; validation/issuer.go",
     [](const VaultClientCertificateAuth& auth, const FieldPath& at) {
       return path_stays_inside(auth.mount_path, at.child("path"));
     }},
};

constexpr RequiredField<VaultKubernetesAuth> kKubernetesRequired[] = {
    {"issuer.vault.auth.kubernetes.role.required", "VLT-13; validation/issuer.go", "role",
     [](const VaultKubernetesAuth& auth) { return auth.role.empty(); }},
    {"issuer.vault.auth.kubernetes.serviceAccount.required", "VLT-15; validation/issuer.go",
     "serviceAccountRef.name",
     [](const VaultKubernetesAuth& auth) {
       return auth.service_account_ref && auth.service_account_ref->name.empty();
     }},
};

FieldErrors some_account(const VaultKubernetesAuth& auth, const FieldPath& at) {
  if (!auth.secret_ref.name.empty() || auth.service_account_ref) return {};
  return {kube::required(at, "give serviceAccountRef or secretRef")};
}

FieldErrors one_account(const VaultKubernetesAuth& auth, const FieldPath& at) {
  if (auth.secret_ref.name.empty() || !auth.service_account_ref) return {};
  return {kube::forbidden(at, "give either serviceAccountRef or secretRef, not both")};
}

constexpr Rule<VaultKubernetesAuth> kKubernetes[] = {
    {"issuer.vault.auth.kubernetes.mountPath.safe", "VLT-14; validation/issuer.go",
     [](const VaultKubernetesAuth& auth, const FieldPath& at) {
       return path_stays_inside(auth.mount_path, at.child("path"));
     }},
    {"issuer.vault.auth.kubernetes.some", "VLT-16; validation/issuer.go", some_account},
    {"issuer.vault.auth.kubernetes.one", "VLT-17; validation/issuer.go", one_account},
};

constexpr RequiredField<VaultAwsAuth> kAwsRequired[] = {
    {"issuer.vault.auth.aws.role.required", "VLT-18; validation/issuer.go", "role",
     [](const VaultAwsAuth& auth) { return auth.role.empty(); }},
    {"issuer.vault.auth.aws.serviceAccount.required", "VLT-20; validation/issuer.go",
     "serviceAccountRef.name",
     [](const VaultAwsAuth& auth) {
       return auth.service_account_ref && auth.service_account_ref->name.empty();
     }},
    {"issuer.vault.auth.aws.iamRoleArn.required", "VLT-21; validation/issuer.go", "iamRoleArn",
     [](const VaultAwsAuth& auth) { return auth.service_account_ref && auth.iam_role_arn.empty(); },
     "serviceAccountRef needs it"},
};

constexpr Rule<VaultAwsAuth> kAws[] = {
    {"issuer.vault.auth.aws.mountPath.safe", "VLT-19; validation/issuer.go",
     [](const VaultAwsAuth& auth, const FieldPath& at) {
       return path_stays_inside(auth.mount_path, at.child("mountPath"));
     }},
};

FieldErrors some_way(const VaultAuth& auth, const FieldPath& at) {
  const bool any =
      auth.token_secret_ref || auth.app_role || auth.client_certificate || auth.kubernetes || auth.aws;
  if (any) return {};
  return {kube::required(at, "give one of tokenSecretRef, appRole, clientCertificate, kubernetes and aws")};
}

constexpr Rule<VaultAuth> kRules[] = {
    {"issuer.vault.auth.required", "VLT-22; validation/issuer.go", some_way},
};

}  // namespace

FieldErrors check_vault_auth(const VaultAuth& auth, const FieldPath& at) {
  FieldErrors all = run_rules<VaultAuth>(kRules, auth, at, {});
  if (auth.app_role) {
    append(all, run_required<VaultAppRole>(kAppRoleRequired, *auth.app_role, at.child("appRole")));
    append(all, run_rules<VaultAppRole>(kAppRole, *auth.app_role, at.child("appRole"), {}));
  }
  if (auth.client_certificate) {
    append(all, run_rules<VaultClientCertificateAuth>(kClientCertificate, *auth.client_certificate,
                                                      at.child("clientCertificate"), {}));
  }
  if (auth.kubernetes) {
    append(all,
           run_required<VaultKubernetesAuth>(kKubernetesRequired, *auth.kubernetes, at.child("kubernetes")));
    append(all, run_rules<VaultKubernetesAuth>(kKubernetes, *auth.kubernetes, at.child("kubernetes"), {}));
  }
  if (auth.aws) {
    append(all, run_required<VaultAwsAuth>(kAwsRequired, *auth.aws, at.child("aws")));
    append(all, run_rules<VaultAwsAuth>(kAws, *auth.aws, at.child("aws"), {}));
  }
  return all;
}

void list_vault_auth_rules(RuleList& into) {
  list_rows(into, kAppRoleRequired);
  list_rows(into, kAppRole);
  list_rows(into, kClientCertificate);
  list_rows(into, kKubernetesRequired);
  list_rows(into, kKubernetes);
  list_rows(into, kAwsRequired);
  list_rows(into, kAws);
  list_rows(into, kRules);
}

}  // namespace cw::webhook
