// spec.issuerRef of Certificates and CertificateRequests. An issuer may well be applied after what refers to
// it, so none of this is wrong for sure.
#include "lib/api/names.h"
#include "lib/api/references.h"
#include "lib/kube/conditions.h"
#include "webhook/advice/parts.h"
#include "webhook/advice/text.h"

namespace cw::webhook {
namespace {

constexpr std::size_t kNamespacesShown = 3;
constexpr std::size_t kConditionBytes = 70;
constexpr std::string_view kNamePath = "spec.issuerRef.name";
constexpr std::string_view kKindPath = "spec.issuerRef.kind";
constexpr std::string_view kSource = "issue B item 4; reference/policy.md 3.7";

bool is_absent(const AdviceContext& context) { return context.issuer.known == Known::Absent; }

bool is_cluster_wide(const AdviceContext& context) { return context.issuer_key.name_space.empty(); }

bool other_kind_exists(const AdviceContext& context) {
  kube::ObjectKey other = context.issuer_key;
  other.name_space = is_cluster_wide(context) ? std::string(context.name_space) : std::string();
  return context.facts.issuer(other).known == Known::Present;
}

std::vector<std::string> namespaces_elsewhere(const AdviceContext& context) {
  if (is_cluster_wide(context)) return {};
  return context.facts.namespaces_with_issuer(context.issuer_key.name, kNamespacesShown);
}

template <typename T>
void issuer_exists(const T& object, const AdviceContext& context, AdviceSink& sink) {
  if (!is_absent(context) || other_kind_exists(context) || !namespaces_elsewhere(context).empty()) return;
  sink.add(std::string(kNamePath), object.spec.issuer_ref.name,
           is_cluster_wide(context)
               ? "there is no ClusterIssuer of that name: nothing is issued until it is created"
               : "there is no Issuer of that name in this namespace: nothing is issued until it is created");
}

template <typename T>
void issuer_is_of_that_kind(const T& object, const AdviceContext& context, AdviceSink& sink) {
  if (!is_absent(context) || !other_kind_exists(context)) return;
  sink.add(std::string(kKindPath), api::issuer_kind(object.spec.issuer_ref),
           is_cluster_wide(context)
               ? "there is no such ClusterIssuer, but an Issuer of that name: set kind: Issuer"
               : "there is no such Issuer, but a ClusterIssuer of that name: set kind: ClusterIssuer");
}

template <typename T>
void issuer_is_in_this_namespace(const T& object, const AdviceContext& context, AdviceSink& sink) {
  if (!is_absent(context) || other_kind_exists(context)) return;
  const std::vector<std::string> namespaces = namespaces_elsewhere(context);
  if (namespaces.empty()) return;
  std::string list;
  for (const std::string& name : namespaces) list += (list.empty() ? "" : ", ") + plain(name, 24);
  sink.add(std::string(kNamePath), object.spec.issuer_ref.name,
           "an Issuer serves its own namespace only, and this one is in " + list +
               ": create it here or use a ClusterIssuer");
}

template <typename T>
void issuer_is_ready(const T& object, const AdviceContext& context, AdviceSink& sink) {
  if (context.issuer.known != Known::Present) return;
  const auto& conditions = context.issuer.issuer->status.conditions;
  const kube::Condition* ready = kube::find_condition(conditions, api::kReady);
  if (ready != nullptr && ready->status == kube::kConditionTrue) return;
  std::string why =
      ready == nullptr || ready->message.empty() ? "" : " (" + plain(ready->message, kConditionBytes) + ")";
  sink.add(std::string(kNamePath), object.spec.issuer_ref.name,
           "this issuer is not Ready" + why + ": nothing is issued until it is");
}

constexpr AdviceRule<api::Certificate> kOfCertificate[] = {
    {"advice.certificate.issuer.missing", kSource, issuer_exists},
    {"advice.certificate.issuer.otherKind", kSource, issuer_is_of_that_kind},
    {"advice.certificate.issuer.elsewhere", kSource, issuer_is_in_this_namespace},
    {"advice.certificate.issuer.notReady", kSource, issuer_is_ready},
};

constexpr AdviceRule<api::CertificateRequest> kOfRequest[] = {
    {"advice.certificateRequest.issuer.missing", kSource, issuer_exists},
    {"advice.certificateRequest.issuer.otherKind", kSource, issuer_is_of_that_kind},
    {"advice.certificateRequest.issuer.elsewhere", kSource, issuer_is_in_this_namespace},
    {"advice.certificateRequest.issuer.notReady", kSource, issuer_is_ready},
};

}  // namespace

CertificateAdvice certificate_issuer_advice() { return kOfCertificate; }
RequestAdvice request_issuer_advice() { return kOfRequest; }

}  // namespace cw::webhook
