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

constexpr std::string_view kFieldManager = "cert-manager-certificaterequests";

bool is_waiting(const api::CertificateRequest& request) {
  return api::is_built_in_group(request.spec.issuer_ref) && !is_finished(request);
}

}  // namespace

RequestReconciler::RequestReconciler(Parts parts) : parts_(std::move(parts)), plan_duties_(parts_.duties) {
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
  undecided_ = parts_.requests.add_index([](const api::CertificateRequest& request) {
    if (!wants_approval(request)) return std::vector<std::string>{};
    return std::vector<std::string>{{}, request.metadata.name_space};
  });
  // There is one approver.
  if (has_own_approval()) plan_duties_.approve = false;
}

bool RequestReconciler::has_own_approval() const {
  return parts_.approver != nullptr && !parts_.approver->approves_as_built_in();
}

Result<runtime::Outcome> RequestReconciler::reconcile(const kube::ObjectKey& key) {
  const auto request = parts_.requests.find(key);
  if (!request) return runtime::Outcome{};
  if (const auto decided = decide(*request))
    return finish(*request, *decided, parts_.approver->field_manager());
  const auto plan = requests::plan(observe(*request), plan_duties_);
  std::optional<SignOutcome> outcome;
  if (const auto* step = std::get_if<Sign>(&plan.step)) {
    outcome = sign(*request, *step->issuer);
  }
  return finish(*request, settle(*request, plan, outcome, parts_.clock.now()), kFieldManager);
}

// nullopt: there is nothing to decide, or it is approved in one write with what comes of it.
std::optional<StatusChange> RequestReconciler::decide(const api::CertificateRequest& request) {
  if (parts_.approver == nullptr || !parts_.duties.approve || !wants_approval(request)) return std::nullopt;
  const auto decision = parts_.approver->decide(request);
  if (decision.step == ApprovalStep::Approve && parts_.approver->approves_as_built_in()) return std::nullopt;
  return settle_approval(request, decision, parts_.approver->reason(), parts_.clock.now());
}

std::vector<kube::ObjectKey> RequestReconciler::waiting_for_issuer(const kube::ObjectKey& issuer) const {
  return parts_.requests.keys_by(by_issuer_, index_value(issuer));
}

std::vector<kube::ObjectKey> RequestReconciler::waiting_for_secret(const kube::ObjectKey& secret) const {
  return parts_.requests.keys_by(by_key_secret_, index_value(secret));
}

std::vector<kube::ObjectKey> RequestReconciler::undecided(const std::string& name_space) const {
  return parts_.requests.keys_by(undecided_, name_space);
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
  if (parts_.approver != nullptr) {
    const auto allowed = parts_.approver->may_sign(request, issuer);
    if (!allowed && allowed.error().code == Code::Forbidden)
      return Failed{"IssuerGuard", allowed.error().message};
    if (!allowed) return Retry{"IssuerGuard", allowed.error()};
  }
  return signer->second->sign(request, issuer, parts_.clock.now());
}

Result<runtime::Outcome> RequestReconciler::finish(const api::CertificateRequest& request,
                                                   const StatusChange& change,
                                                   std::string_view field_manager) {
  if (!(change.status == request.status)) {
    const kube::Json patch = {{"metadata", {{"resourceVersion", request.metadata.resource_version}}},
                              {"status", kube::to_json(change.status)}};
    TRY(parts_.writer.merge_patch(api::kCertificateRequests, kube::key_of(request.metadata),
                                  kube::Part::Status, patch, {.field_manager = std::string(field_manager)}));
  }
  const auto subject = runtime::subject_of(api::kCertificateRequests, request.metadata);
  for (const auto& event : change.events) parts_.events.record(subject, event);
  if (change.retry) return *change.retry;
  runtime::Outcome outcome;
  outcome.again_after = change.again_after;
  return outcome;
}

}  // namespace cw::controller::requests
