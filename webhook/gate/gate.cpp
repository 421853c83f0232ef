#include "webhook/gate/gate.h"

#include <optional>
#include <utility>

#include "lib/api/names.h"
#include "lib/kube/conditions.h"
#include "lib/policy/guard.h"
#include "webhook/gate/impact.h"
#include "webhook/gate/judgement.h"
#include "webhook/gate/namespace_mode.h"
#include "webhook/gate/projection.h"

namespace cw::webhook {
namespace {

using policy::Mode;
using policy::RequestView;

constexpr std::string_view kExplainJson = "json";
constexpr std::string_view kCertificateGate = "certificate";
constexpr std::string_view kRequestGate = "request";
constexpr std::string_view kApprovalGate = "approval";

// Whoever may create it may have it explained; a dry run stores nothing.
bool wants_explanation(const kube::ObjectMeta& metadata, const GateRequest& request) {
  const std::string* wanted = metadata.annotations.find(api::kExplainAnnotation);
  return request.dry_run && wanted != nullptr && *wanted == kExplainJson;
}

// What is known of a request that cannot be viewed: enough to say which one it is.
template <typename T>
RequestView outline_of(const T& object) {
  RequestView view;
  view.name = object.metadata.name;
  view.name_space = object.metadata.name_space;
  const api::IssuerReference& ref = object.spec.issuer_ref;
  view.issuer = {ref.name, std::string(api::issuer_kind(ref)), std::string(api::issuer_group(ref))};
  return view;
}

template <typename T>
Judgement judgement_of(const T& object, const Result<RequestView>& view, const GateParts& parts,
                       policy::Depth depth) {
  if (!view) return {outline_of(object), policy::unreadable(view.error())};
  Judgement judged{*view, policy::decide(*view, *parts.world, parts.options, depth)};
  // With policy off it is not asked whether one applies.
  const bool settled = judged.verdict.answer == policy::Answer::Error || !judged.verdict.guard.empty();
  if (!parts.options.on && !settled) {
    judged.verdict.answer = policy::Answer::Approved;
    judged.verdict.message = "policy is off: every request is approved";
  }
  return judged;
}

// With policy off only a guarded issuer has a say, and what is not known of issuers then is let be.
template <typename T>
bool is_judged(const T& object, const GateParts& parts) {
  if (parts.options.on) return true;
  const RequestView outline = outline_of(object);
  const auto annotations = parts.world->issuer_annotations(outline.issuer, outline.name_space);
  return annotations && *annotations && policy::Guard::of(**annotations).has_value();
}

void count(const GateParts& parts, const GateRequest& request, std::string_view gate,
           const policy::Verdict& verdict) {
  if (parts.counter != nullptr && !request.dry_run) {
    parts.counter->count(gate, word_of_verdict(verdict.answer));
  }
}

bool is_newly_approved(const api::CertificateRequest& before, const api::CertificateRequest& after) {
  return kube::find_condition(after.status.conditions, api::kApproved) != nullptr &&
         kube::find_condition(before.status.conditions, api::kApproved) == nullptr;
}

}  // namespace

policy::Projection projection_of(const api::Certificate& certificate, const GateParts& parts) {
  return {.controller_user = parts.options.controller_user,
          .requests = parts.requests,
          .next_revision = static_cast<int>(certificate.status.revision.value_or(0)) + 1};
}

GateFindings Gate::judge(const api::Certificate* before, const api::Certificate& after,
                         const GateRequest& request) const {
  if (parts_.world == nullptr || after.metadata.deletion_timestamp) return {};
  const bool explained = before == nullptr && wants_explanation(after.metadata, request);
  if (!explained && (parts_.options.admission == Mode::Off || !is_judged(after, parts_))) return {};
  if (before != nullptr && before->spec == after.spec) return {};
  const policy::Projection projection = projection_of(after, parts_);
  const Result<RequestView> view = policy::view_of(after, projection);
  if (explained) return explanation_of(judgement_of(after, view, parts_, policy::Depth::Everything));
  // The ratchet: whoever leaves the request as it was is not held up by it.
  if (before != nullptr && view) {
    const Result<RequestView> old = policy::view_of(*before, projection);
    if (old && *old == *view) return {};
  }
  const NamespaceMode mode = mode_in(after.metadata.name_space, parts_.options.admission, *parts_.world);
  if (mode.mode == Mode::Off) return {};
  const Judgement judged = judgement_of(after, view, parts_, policy::Depth::Answer);
  count(parts_, request, kCertificateGate, judged.verdict);
  return findings_of(judged, mode, Refusals::Wanted, parts_);
}

GateFindings Gate::judge(const api::CertificateRequest* before, const api::CertificateRequest& after,
                         const GateRequest& request) const {
  if (parts_.world == nullptr || before != nullptr || after.metadata.deletion_timestamp) return {};
  const policy::Options& options = parts_.options;
  if (wants_explanation(after.metadata, request)) {
    return explanation_of(judgement_of(after, policy::view_of(after), parts_, policy::Depth::Everything));
  }
  // The controller's own were judged as Certificates, and are decided over at once.
  const bool by_hand = request.user.username != options.controller_user;
  if (!by_hand || options.admission == Mode::Off || !is_judged(after, parts_)) return {};
  const NamespaceMode mode = mode_in(after.metadata.name_space, options.admission, *parts_.world);
  if (mode.mode == Mode::Off) return {};
  const Judgement judged = judgement_of(after, policy::view_of(after), parts_, policy::Depth::Answer);
  count(parts_, request, kRequestGate, judged.verdict);
  const Refusals refusals = options.refuse_denied_requests ? Refusals::Wanted : Refusals::None;
  return findings_of(judged, mode, refusals, parts_);
}

GateFindings Gate::judge(const api::CertificateRequestPolicy* before,
                         const api::CertificateRequestPolicy& after, const GateRequest&) const {
  if (parts_.world == nullptr || parts_.live == nullptr) return {};
  const bool told = parts_.options.on && parts_.options.admission >= Mode::Warn;
  if (!told || after.metadata.deletion_timestamp) return {};
  return {.errors = {}, .warnings = impact_of(before, after, parts_), .audit_annotations = {}};
}

GateFindings Gate::judge_approval(const api::CertificateRequest& before, const api::CertificateRequest& after,
                                  const GateRequest& request) const {
  const policy::Options& options = parts_.options;
  if (parts_.world == nullptr || !options.protect_approval || !is_newly_approved(before, after)) return {};
  if (!is_judged(after, parts_)) return {};
  const Judgement judged = judgement_of(after, policy::view_of(after), parts_, policy::Depth::Answer);
  count(parts_, request, kApprovalGate, judged.verdict);
  // The label is for admission: it opens no approval.
  const NamespaceMode strict{.mode = Mode::Enforce};
  const bool wrong =
      judged.verdict.answer == policy::Answer::Denied || judged.verdict.answer == policy::Answer::Error;
  return wrong ? findings_of(judged, strict, Refusals::Wanted, parts_) : GateFindings{};
}

}  // namespace cw::webhook
