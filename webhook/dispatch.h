// One table: which kinds the webhook knows, under which resource, and how each is judged. Pure but for what
// the approval policy and the gate ask and what the advisor knows.
#pragma once

#include <span>

#include "lib/kube/admission_request.h"
#include "webhook/advice/advisor.h"
#include "webhook/gate/gate.h"
#include "webhook/plugins.h"
#include "webhook/policy/approval.h"
#include "webhook/rules/rule.h"

namespace cw::webhook {

struct JudgeContext {
  const RuleOptions& options;
  const ApprovalPolicy& approval;
  const Advisor& advisor;
  const Gate& gate;
};

struct KindRow {
  const kube::Resource* resource;
  // Object (and old object) are of this kind. Invalid: one cannot be decoded.
  Result<Findings> (*judge)(const kube::AdmissionRequest&, Plugins, const JudgeContext&);
  // Whether one object can be decoded, where more is not asked.
  Status (*check)(const simdjson::dom::element&);
};

std::span<const KindRow> kinds();
// Exact matches; nullptr if there is none.
const KindRow* find_kind(const kube::GroupVersionKind&);
const KindRow* find_resource(const kube::GroupVersionResource&);
// The row of a constant of lib/api/resources.h, by its address.
const KindRow* row_of(const kube::Resource&);

inline constexpr std::string_view kCreate = "CREATE";
inline constexpr std::string_view kUpdate = "UPDATE";

}  // namespace cw::webhook
