// spec.keystores: one password, given in exactly one way. All classes are the field's own: a missing password
// is Forbidden, and create: false switches nothing off.
#include "webhook/rules/certificate_parts.h"

namespace cw::webhook {
namespace {

using kube::FieldErrors;
using kube::FieldPath;

template <typename Keystore>
FieldErrors one_password(const Keystore& store, const FieldPath& at) {
  if (!store.password || store.password_secret_ref.name.empty()) return {};
  return {kube::forbidden(at, "give either password or passwordSecretRef, not both")};
}

template <typename Keystore>
FieldErrors some_password(const Keystore& store, const FieldPath& at) {
  if (store.password || !store.password_secret_ref.name.empty()) return {};
  return {kube::forbidden(at, "give password or passwordSecretRef.name")};
}

template <typename Keystore>
FieldErrors password_is_not_empty(const Keystore& store, const FieldPath& at) {
  if (!store.password || !store.password->empty()) return {};
  return {kube::forbidden(at.child("password"), "must not be empty")};
}

constexpr Rule<api::JksKeystore> kJks[] = {
    {"certificate.keystores.jks.onePassword", "CRT-46; validation/certificate.go", one_password},
    {"certificate.keystores.jks.somePassword", "CRT-47; validation/certificate.go", some_password},
    {"certificate.keystores.jks.password.empty", "CRT-48; validation/certificate.go", password_is_not_empty},
};

constexpr Rule<api::Pkcs12Keystore> kPkcs12[] = {
    {"certificate.keystores.pkcs12.onePassword", "CRT-49; validation/certificate.go", one_password},
    {"certificate.keystores.pkcs12.somePassword", "CRT-50; validation/certificate.go", some_password},
    {"certificate.keystores.pkcs12.password.empty", "CRT-51; validation/certificate.go",
     password_is_not_empty},
};

}  // namespace

FieldErrors check_keystores(const CertificateSpec& spec, const FieldPath& at, const RuleOptions& options) {
  if (!spec.keystores) return {};
  const FieldPath stores = at.child("keystores");
  FieldErrors all;
  if (spec.keystores->jks) {
    append(all, run_rules<api::JksKeystore>(kJks, *spec.keystores->jks, stores.child("jks"), options));
  }
  if (spec.keystores->pkcs12) {
    append(all,
           run_rules<api::Pkcs12Keystore>(kPkcs12, *spec.keystores->pkcs12, stores.child("pkcs12"), options));
  }
  return all;
}

void list_keystore_rules(RuleList& into) {
  list_rows(into, kJks);
  list_rows(into, kPkcs12);
}

}  // namespace cw::webhook
