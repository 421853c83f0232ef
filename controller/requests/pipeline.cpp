#include "controller/requests/pipeline.h"

#include "lib/api/names.h"

namespace cw::controller::requests {
namespace {

bool has(const api::CertificateRequest& request, std::string_view type) {
  return kube::is_condition_true(request.status.conditions, type);
}

std::string not_ready_message(const api::CertificateRequest& request, const api::Issuer& issuer) {
  auto message =
      issuers::describe_issuer(request.spec.issuer_ref, request.metadata.name_space) + " is not Ready";
  const auto* ready = kube::find_condition(issuer.status.conditions, api::kReady);
  if (ready == nullptr) return message + " yet";
  return message + ": " + ready->message;
}

Step with_issuer(const RequestView& view, const Duties& duties) {
  CW_ASSERT(view.issuer.has_value());
  if (!*view.issuer) return Pend{"IssuerNotFound", view.issuer->error().message};
  const auto& issuer = **view.issuer;
  const auto type = issuers::type_of(issuer->spec);
  if (duties.left_to_others.contains(type)) return Nothing{};
  if (type == issuers::IssuerType::None) {
    return Pend{"IssuerTypeMissing",
                issuers::describe_issuer(view.request.spec.issuer_ref, view.request.metadata.name_space) +
                    " has no type: its spec names none"};
  }
  if (!kube::is_condition_true(issuer->status.conditions, api::kReady)) {
    return Pend{"IssuerNotReady", not_ready_message(view.request, *issuer)};
  }
  if (!view.request.status.certificate.empty()) return Nothing{};
  return Sign{issuer};
}

Step next_step(const RequestView& view, const Duties& duties, bool approved) {
  const auto& request = view.request;
  if (!api::is_built_in_group(request.spec.issuer_ref)) return Nothing{};
  if (has(request, api::kDenied)) return is_finished(request) ? Step(Nothing{}) : Step(MarkDenied{});
  if (has(request, api::kInvalidRequest)) return Nothing{};
  if (!approved) return AwaitApproval{};
  if (is_finished(request)) return Nothing{};
  return with_issuer(view, duties);
}

}  // namespace

bool wants_approval(const api::CertificateRequest& request) {
  if (request.metadata.deletion_timestamp) return false;
  return !has(request, api::kApproved) && !has(request, api::kDenied) && !is_finished(request);
}

Plan plan(const RequestView& view, const Duties& duties) {
  if (view.request.metadata.deletion_timestamp) return {};
  Plan plan{.approve = duties.approve && wants_approval(view.request), .step = Nothing{}};
  if (!duties.sign) return plan;
  plan.step = next_step(view, duties, plan.approve || has(view.request, api::kApproved));
  return plan;
}

}  // namespace cw::controller::requests
