#include "webhook/dispatch.h"

#include <algorithm>
#include <concepts>
#include <iterator>

#include "lib/api/resources.h"
#include "webhook/policy/identity.h"
#include "webhook/rules/certificate.h"
#include "webhook/rules/certificate_request.h"
#include "webhook/rules/certificate_request_policy.h"
#include "webhook/rules/challenge.h"
#include "webhook/rules/issuer.h"
#include "webhook/rules/order.h"

namespace cw::webhook {
namespace {

using kube::AdmissionRequest;
using Element = simdjson::dom::element;

template <typename T>
using Decode = Result<T> (*)(const Element&);

// "object.spec.dnsNames[2]: must be a string, but is a number"
Error in_member(std::string_view member, const Error& error) {
  return {error.code, std::string(member) + " cannot be decoded: " + error.message};
}

// The plugins that only CertificateRequests have.
template <typename T>
kube::FieldErrors policy_errors(const T* before, const T& after, const AdmissionRequest& request,
                                Plugins plugins, const JudgeContext& context) {
  kube::FieldErrors errors;
  if constexpr (std::same_as<T, api::CertificateRequest>) {
    if (plugins.identity) {
      errors = before == nullptr ? verify_identity(request.user_info, after.spec)
                                 : verify_same_identity(before->spec, after.spec);
    }
    if (plugins.approval && before != nullptr) {
      append(errors, verify_approval(*before, after, request.user_info, context.approval));
    }
  }
  return errors;
}

template <typename T>
concept Advisable = requires(const Advisor& advisor, const T& object) { advise(advisor, &object, object); };

// Only of what is admitted: whoever is refused has enough to read.
template <typename T>
void add_advice(Findings& all, const T* before, const T& after, const Advisor& advisor) {
  if constexpr (Advisable<T>) {
    Advised advised = advise(advisor, before, after);
    append(all.errors, std::move(advised.errors));
    std::move(advised.warnings.begin(), advised.warnings.end(), std::back_inserter(all.warnings));
  }
}

template <typename T>
concept Gated =
    requires(const Gate& gate, const T& object, const GateRequest& how) { gate.judge(&object, object, how); };

template <typename T>
GateFindings ask_gate(const T* before, const T& after, const AdmissionRequest& request, Plugins plugins,
                      const Gate& gate) {
  const GateRequest how{request.user_info, request.dry_run};
  if constexpr (std::same_as<T, api::CertificateRequest>) {
    if (plugins.approval && before != nullptr) return gate.judge_approval(*before, after, how);
  }
  if constexpr (Gated<T>) {
    if (request.sub_resource.empty()) return gate.judge(before, after, how);
  }
  return {};
}

// Last but for advice: only what all other rules let in is worth the question.
template <typename T>
void add_gate(Findings& all, const T* before, const T& after, const AdmissionRequest& request,
              Plugins plugins, const Gate& gate) {
  GateFindings found = ask_gate(before, after, request, plugins, gate);
  append(all.errors, std::move(found.errors));
  std::move(found.warnings.begin(), found.warnings.end(), std::back_inserter(all.warnings));
  all.audit_annotations = std::move(found.audit_annotations);
}

// The status of a policy is a controller's, and no rule looks at it: a stored policy that would be refused
// today can still be told that it is not ready.
template <typename T>
bool is_let_be(const AdmissionRequest& request) {
  return std::same_as<T, api::CertificateRequestPolicy> && !request.sub_resource.empty();
}

template <typename T>
Findings findings_of(const T* before, const T& after, const AdmissionRequest& request, Plugins plugins,
                     const JudgeContext& context) {
  Findings all{policy_errors(before, after, request, plugins, context), {}};
  if (!plugins.validation || is_let_be<T>(request)) return all;
  Findings found = before == nullptr ? validate_create(after, context.options)
                                     : validate_update(*before, after, context.options);
  append(all.errors, std::move(found.errors));
  all.warnings = std::move(found.warnings);
  if (all.errors.empty()) add_gate(all, before, after, request, plugins, context.gate);
  if (all.errors.empty() && request.sub_resource.empty()) add_advice(all, before, after, context.advisor);
  return all;
}

// An Order that was stored without a spec has none to freeze; its struct cannot tell that from an empty one.
template <typename T>
void forget_missing_spec(T& before, const T& after, const Element& stored) {
  if constexpr (std::same_as<T, api::Order>) {
    const std::optional<Element> spec = kube::last_member(stored, "spec");
    if (!spec || spec->is_null()) before.spec = after.spec;
  }
}

template <typename T, Decode<T> Read>
Result<Findings> judge(const AdmissionRequest& request, Plugins plugins, const JudgeContext& context) {
  const Result<T> after = Read(*request.object);
  if (!after) return in_member("object", after.error());
  if (request.operation == kCreate) return findings_of<T>(nullptr, *after, request, plugins, context);
  Result<T> before = Read(*request.old_object);
  if (!before) return in_member("oldObject", before.error());
  forget_missing_spec(*before, *after, *request.old_object);
  return findings_of<T>(&*before, *after, request, plugins, context);
}

template <typename T, Decode<T> Read>
Status check(const Element& element) {
  const Result<T> read = Read(element);
  if (!read) return read.error();
  return Done{};
}

template <typename T, Decode<T> Read>
constexpr KindRow row(const kube::Resource& resource) {
  return {&resource, judge<T, Read>, check<T, Read>};
}

constexpr KindRow kKinds[] = {
    row<api::Certificate, api::decode_certificate>(api::kCertificates),
    row<api::CertificateRequest, api::decode_certificate_request>(api::kCertificateRequests),
    row<api::Issuer, api::decode_issuer>(api::kIssuers),
    row<api::ClusterIssuer, api::decode_cluster_issuer>(api::kClusterIssuers),
    row<api::Order, api::decode_order>(api::kOrders),
    row<api::Challenge, api::decode_challenge>(api::kChallenges),
    row<api::CertificateRequestPolicy, api::decode_certificate_request_policy>(
        api::kCertificateRequestPolicies),
};

template <typename Predicate>
const KindRow* find_row(Predicate matches) {
  const auto* found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                   [&](const KindRow& r) { return matches(*r.resource); });
  return found == std::end(kKinds) ? nullptr : found;
}

}  // namespace

std::span<const KindRow> kinds() { return kKinds; }

const KindRow* find_kind(const kube::GroupVersionKind& wanted) {
  return find_row([&](const kube::Resource& resource) {
    return resource.kind == wanted.kind && resource.group == wanted.group &&
           resource.version == wanted.version;
  });
}

const KindRow* find_resource(const kube::GroupVersionResource& wanted) {
  return find_row([&](const kube::Resource& resource) {
    return resource.plural == wanted.resource && resource.group == wanted.group &&
           resource.version == wanted.version;
  });
}

const KindRow* row_of(const kube::Resource& wanted) {
  return find_row([&](const kube::Resource& resource) { return &resource == &wanted; });
}

}  // namespace cw::webhook
