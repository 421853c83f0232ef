#include "cli/policy_flags.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/config_rules.h"

namespace cw::cli {
namespace {

using kube::FieldErrors;
using kube::FieldPath;

template <typename T, std::size_t N>
using Words = std::array<std::pair<std::string_view, T>, N>;

constexpr Words<policy::Mode, 4> kModes{{{"off", policy::Mode::Off},
                                         {"audit", policy::Mode::Audit},
                                         {"warn", policy::Mode::Warn},
                                         {"enforce", policy::Mode::Enforce}}};
constexpr Words<policy::Unmatched, 2> kUnmatched{
    {{"ignore", policy::Unmatched::Ignore}, {"deny", policy::Unmatched::Deny}}};
constexpr Words<policy::Rights, 2> kRights{
    {{"require", policy::Rights::Require}, {"skip-controller", policy::Rights::SkipController}}};
constexpr Words<policy::OnFailure, 2> kOnFailure{
    {{"open", policy::OnFailure::Open}, {"closed", policy::OnFailure::Closed}}};

template <typename T, std::size_t N>
std::optional<T> meaning_of(const Words<T, N>& words, std::string_view given) {
  for (const auto& [word, meaning] : words) {
    if (word == given) return meaning;
  }
  return std::nullopt;
}

template <typename T, std::size_t N>
FieldErrors known(const Words<T, N>& words, const std::string& given, const FieldPath& at) {
  if (meaning_of(words, given)) return {};
  std::vector<std::string> supported;
  for (const auto& [word, meaning] : words) supported.emplace_back(word);
  return {kube::not_supported(at, kube::quoted(given), supported)};
}

constexpr webhook::Rule<PolicySettings> kShared[] = {
    {"config.policy.unmatched.known", "ours",
     [](const PolicySettings& s, const FieldPath& at) {
       return known(kUnmatched, s.unmatched, at.child("unmatched"));
     }},
    {"config.policy.rbac.known", "ours",
     [](const PolicySettings& s, const FieldPath& at) { return known(kRights, s.rbac, at.child("rbac")); }},
    {"config.policy.controllerUser.required", "ours",
     [](const PolicySettings& s, const FieldPath& at) {
       if (!s.controller_user.empty()) return FieldErrors{};
       return FieldErrors{kube::required(at.child("controllerUser"),
                                         "name the user that the controller is to the API server")};
     }},
};

constexpr webhook::Rule<PolicySettings> kAdmission[] = {
    {"config.policy.admission.known", "ours",
     [](const PolicySettings& s, const FieldPath& at) {
       return known(kModes, s.admission, at.child("admission"));
     }},
    {"config.policy.admissionFail.known", "ours",
     [](const PolicySettings& s, const FieldPath& at) {
       return known(kOnFailure, s.admission_fail, at.child("admissionFail"));
     }},
};

}  // namespace

void add_policy_flags(ComponentFlags& flags, PolicySettings& settings) {
  flags.toggle({"policy.enabled", "--policy",
                "on: CertificateRequestPolicies decide over requests; off: all are approved"},
               settings.on);
  flags.text({"policy.unmatched", "--policy-unmatched",
              "ignore or deny: what becomes of a request that no policy applies to"},
             settings.unmatched);
  flags.text({"policy.rbac", "--policy-rbac",
              "require or skip-controller: whether who asks needs the right to use a policy"},
             settings.rbac);
  flags.text({"policy.controllerUser", "--policy-controller-user",
              "The user that makes the requests of Certificates: the controller's"},
             settings.controller_user);
}

void add_policy_admission_flags(ComponentFlags& flags, PolicySettings& settings) {
  flags.text({"policy.admission", "--policy-admission",
              "off, audit, warn or enforce: how far policy goes when a Certificate is applied"},
             settings.admission);
  flags.text({"policy.admissionFail", "--policy-admission-fail",
              "open or closed: whether a Certificate is admitted when policy cannot be asked"},
             settings.admission_fail);
  flags.toggle({"policy.protectApproval", "--policy-protect-approval",
                "Refuse that anybody approves what policy denies"},
               settings.protect_approval);
  flags.toggle({"policy.refuseDeniedRequests", "--policy-refuse-denied-requests",
                "Refuse CertificateRequests that would be denied, instead of warning"},
               settings.refuse_denied_requests);
}

FieldErrors check_policy(const PolicySettings& settings) {
  return run(kShared, settings, FieldPath("policy"));
}
FieldErrors check_policy_admission(const PolicySettings& settings) {
  return run(kAdmission, settings, FieldPath("policy"));
}

void list_policy_config_rules(webhook::RuleList& into) { webhook::list_rows(into, kShared); }
void list_policy_admission_config_rules(webhook::RuleList& into) { webhook::list_rows(into, kAdmission); }

policy::Options policy_options(const PolicySettings& settings) {
  policy::Options options;
  options.on = settings.on;
  options.admission = meaning_of(kModes, settings.admission).value_or(options.admission);
  options.unmatched = meaning_of(kUnmatched, settings.unmatched).value_or(options.unmatched);
  options.rights = meaning_of(kRights, settings.rbac).value_or(options.rights);
  options.admission_failure =
      meaning_of(kOnFailure, settings.admission_fail).value_or(options.admission_failure);
  options.protect_approval = settings.protect_approval;
  options.refuse_denied_requests = settings.refuse_denied_requests;
  options.controller_user = settings.controller_user;
  return options;
}

}  // namespace cw::cli
