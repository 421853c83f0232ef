#include "controller/requests/reconcile.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "controller/requests/self_signer.h"
#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/kube/encode.h"

namespace cw::controller::requests {
namespace {

using watch::index_value;

bool is_waiting(const api::CertificateRequest& request) {
  return api::is_built_in_group(request.spec.issuer_ref) && !is_finished(request);
}

}  // namespace

RequestReconciler::RequestReconciler(Parts parts) : parts_(std::move(parts)) {
  by_issuer_ = parts_.requests.add_index([](const api::CertificateRequest& request) {
    if (!is_waiting(request)) return std::vector<std::string>{};
    return std::vector<std::string>{
        index_value(api::issuer_key(request.spec.issuer_ref, request.metadata.name_space))};
  });
  by_key_secret_ = parts_.requests.add_index([](const api::CertificateRequest& request) {
    const auto secret = key_secret_of(request);
    if (secret.name.empty() || !is_waiting(request)) return std::vector<std::string>{};
    return std::vector<std::string>{index_value(secret)};
  });
}

Result<runtime::Outcome> RequestReconciler::reconcile(const kube::ObjectKey& key) {
  const auto request = parts_.requests.find(key);
  if (!request) return runtime::Outcome{};
  const auto plan = requests::plan(observe(*request), parts_.duties);
  std::optional<SignOutcome> outcome;
  if (const auto* step = std::get_if<Sign>(&plan.step)) {
    outcome = sign(*request, *step->issuer);
  }
  const auto change = settle(*request, plan, outcome, parts_.clock.now());
  TRY(apply(*request, change));
  if (change.retry) return *change.retry;
  return runtime::Outcome{};
}

std::vector<kube::ObjectKey> RequestReconciler::waiting_for_issuer(const kube::ObjectKey& issuer) const {
  return parts_.requests.keys_by(by_issuer_, index_value(issuer));
}

std::vector<kube::ObjectKey> RequestReconciler::waiting_for_secret(const kube::ObjectKey& secret) const {
  return parts_.requests.keys_by(by_key_secret_, index_value(secret));
}

RequestView RequestReconciler::observe(const api::CertificateRequest& request) const {
  RequestView view{.request = request, .issuer = std::nullopt};
  const auto& reference = request.spec.issuer_ref;
  if (api::is_built_in_group(reference)) {
    view.issuer = parts_.directory.find(reference, request.metadata.name_space);
  }
  return view;
}

SignOutcome RequestReconciler::sign(const api::CertificateRequest& request, const api::Issuer& issuer) const {
  const auto type = issuers::type_of(issuer.spec);
  const auto signer = parts_.signers.find(type);
  if (signer == parts_.signers.end()) {
    return Pend{"IssuerNotReady",
                "this build does not serve issuers of type " + std::string(issuers::name_of(type)) + " yet"};
  }
  return signer->second->sign(request, issuer, parts_.clock.now());
}

Status RequestReconciler::apply(const api::CertificateRequest& request, const StatusChange& change) {
  if (!(change.status == request.status)) {
    const kube::Json patch = {{"metadata", {{"resourceVersion", request.metadata.resource_version}}},
                              {"status", kube::to_json(change.status)}};
    TRY(parts_.writer.merge_patch(api::kCertificateRequests, kube::key_of(request.metadata),
                                  kube::Part::Status, patch,
                                  {.field_manager = "cert-manager-certificaterequests"}));
  }
  const auto subject = runtime::subject_of(api::kCertificateRequests, request.metadata);
  for (const auto& event : change.events) parts_.events.record(subject, event);
  return Done{};
}

}  // namespace cw::controller::requests
