#include "lib/policy/request_view.h"

#include <algorithm>

#include "lib/api/references.h"
#include "lib/issuance/request_name.h"
#include "lib/kube/service_account.h"
#include "lib/policy/names_view.h"

namespace cw::policy {
namespace {

api::IssuerReference defaulted(const api::IssuerReference& issuer) {
  return {issuer.name, std::string(api::issuer_kind(issuer)), std::string(api::issuer_group(issuer))};
}

// The field counts Ed25519 as -1 bits, so any minimum refuses it and no maximum does.
constexpr int kEd25519Size = -1;

KeyView key_view(pki::KeyAlgorithm algorithm, int size) {
  return {std::string(pki::name_of(algorithm)),
          algorithm == pki::KeyAlgorithm::Ed25519 ? kEd25519Size : size};
}

// What CertificateRequest and Certificate both state, and the one hands on to the other as it is.
template <typename Spec>
RequestView stated(const Spec& spec, const std::string& name_space) {
  RequestView view;
  view.name_space = name_space;
  view.issuer = defaulted(spec.issuer_ref);
  view.is_ca = spec.is_ca;
  view.usages = spec.usages.items();
  view.duration = spec.duration;
  return view;
}

}  // namespace

Result<RequestView> view_of(const api::CertificateRequest& request) {
  const pki::Requested requested = TRY(pki::parse_requested(request.spec.request.text()));
  RequestView view = stated(request.spec, request.metadata.name_space);
  view.name = request.metadata.name;
  view.requester = {request.spec.username, request.spec.uid, request.spec.groups, request.spec.extra};
  show_names(requested.names, view);
  if (requested.key) view.key = key_view(requested.key->algorithm(), requested.key->size());
  return view;
}

Result<RequestView> view_of(const api::Certificate& certificate, const Projection& projection) {
  const auto wanted = TRY(issuance::csr_template(certificate.spec, projection.requests));
  const std::string gated = issuance::gated_member(certificate.spec, projection.requests);
  if (!gated.empty()) return Error{Code::Invalid, gated};
  const auto names = pki::requested_names(wanted);
  if (!names)
    return Error{Code::Invalid, "spec: no certificate request can be made: " + names.error().message};
  RequestView view = stated(certificate.spec, certificate.metadata.name_space);
  view.name = issuance::request_name(certificate.metadata.name, projection.next_revision);
  view.requester = kube::user_named(projection.controller_user);
  show_names(*names, view);
  const pki::KeySpec key = TRY(issuance::key_spec(certificate.spec));
  view.key = key_view(key.algorithm, key.size);
  return view;
}

}  // namespace cw::policy
