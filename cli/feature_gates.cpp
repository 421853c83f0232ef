#include "cli/feature_gates.h"

#include <algorithm>
#include <array>
#include <optional>

#include "lib/base/ascii.h"

namespace cw::cli {
namespace {

using enum Component;
using enum GateStage;

constexpr FeatureGate kGates[] = {
    {Webhook, "AdditionalCertificateOutputFormats", true, General},
    {Webhook, "DisallowInsecureCSRUsageDefinition", true, General},
    {Webhook, "LiteralCertificateSubject", true, Beta, "CRT-07: spec.literalSubject may be used"},
    {Webhook, "NameConstraints", true, Beta, "CRT-40: spec.nameConstraints may be used"},
    {Webhook, "OtherNames", true, Beta, "CRT-18: spec.otherNames may be used"},
    {CaInjector, "CAInjectorMerging", true, General},
    {CaInjector, "ServerSideApply", false, Alpha},
    {Controller, "AdditionalCertificateOutputFormats", true, General},
    {Controller, "DisallowInsecureCSRUsageDefinition", true, General},
    {Controller, "UseDomainQualifiedFinalizer", true, General},
    {Controller, "DefaultPrivateKeyRotationPolicyAlways", true, General},
    {Controller, "StableCertificateRequestName", true, Beta},
    {Controller, "SecretsFilteredCaching", true, Beta},
    {Controller, "ExperimentalGatewayAPISupport", true, Beta},
    {Controller, "LiteralCertificateSubject", true, Beta, "spec.literalSubject reaches the request"},
    {Controller, "NameConstraints", true, Beta, "spec.nameConstraints reach the request"},
    {Controller, "OtherNames", true, Beta, "spec.otherNames reach the request"},
    {Controller, "ACMEHTTP01IngressPathTypeExact", true, Beta,
     "the path of a solver's Ingress has type Exact"},
    {Controller, "ExperimentalCertificateSigningRequestControllers", false, Alpha},
    {Controller, "ListenerSets", false, Alpha},
    {Controller, "ServerSideApply", false, Alpha},
    {Controller, "UseCertificateRequestBasicConstraints", false, Alpha,
     "requests say isCA in an extension too"},
    {Controller, "ACMEUseARI", true, Alpha, "ACME servers are asked when to renew"},
    {Controller, "ValidateCAA", false, Alpha},
};

constexpr std::string_view kAllAlpha = "AllAlpha";
constexpr std::string_view kAllBeta = "AllBeta";

// Go's strconv.ParseBool.
std::optional<bool> parse_boolean(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTrue{"1", "t", "T", "true", "TRUE", "True"};
  constexpr std::array<std::string_view, 6> kFalse{"0", "f", "F", "false", "FALSE", "False"};
  if (std::ranges::find(kTrue, text) != kTrue.end()) return true;
  if (std::ranges::find(kFalse, text) != kFalse.end()) return false;
  return std::nullopt;
}

const FeatureGate* find_gate(Component component, std::string_view name) {
  const auto* found = std::find_if(std::begin(kGates), std::end(kGates), [&](const FeatureGate& gate) {
    return gate.component == component && gate.name == name;
  });
  return found == std::end(kGates) ? nullptr : found;
}

// What was asked for, by name; only known names.
std::map<std::string_view, bool> read_given(Component component, const std::vector<std::string>& given,
                                            const kube::FieldPath& at, kube::FieldErrors& errors) {
  std::map<std::string_view, bool> asked;
  for (const std::string_view entry : given) {
    const std::size_t equals = entry.find('=');
    const std::string_view name = trimmed(entry.substr(0, equals), " ");
    const auto value =
        parse_boolean(equals == std::string_view::npos ? "" : trimmed(entry.substr(equals + 1), " "));
    const bool known = name == kAllAlpha || name == kAllBeta || find_gate(component, name) != nullptr;
    if (!known) {
      errors.push_back(kube::invalid(at, kube::quoted(name), "this component has no such feature gate"));
    } else if (!value) {
      errors.push_back(kube::invalid(at.key(name), kube::quoted(entry), "must be name=true or name=false"));
    } else {
      asked[name] = *value;
    }
  }
  return asked;
}

std::optional<bool> find_bulk(const std::map<std::string_view, bool>& asked, GateStage stage) {
  const auto found = asked.find(stage == Alpha ? kAllAlpha : kAllBeta);
  if (stage == General || found == asked.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> find_warning(const FeatureGate& gate, bool on) {
  const std::string shown = std::string(gate.name) + "=" + (on ? "true" : "false");
  if (gate.stage == General) {
    return "feature gate " + shown + ": it is generally available and will go; it changes nothing";
  }
  if (gate.effect.empty() && on != gate.on_by_default) {
    return "feature gate " + shown + " changes nothing here";
  }
  return std::nullopt;
}

}  // namespace

std::span<const FeatureGate> feature_gates() { return kGates; }

GateChoice choose_gates(Component component, const std::vector<std::string>& given,
                        const kube::FieldPath& at) {
  GateChoice choice;
  const auto asked = read_given(component, given, at, choice.errors);
  for (const FeatureGate& gate : kGates) {
    if (gate.component != component) continue;
    const auto named = asked.find(gate.name);
    const bool is_named = named != asked.end();
    const bool on = is_named ? named->second : find_bulk(asked, gate.stage).value_or(gate.on_by_default);
    choice.on[gate.name] = on;
    const bool is_asked_for = is_named || find_bulk(asked, gate.stage).has_value();
    const auto warning = is_asked_for ? find_warning(gate, on) : std::nullopt;
    if (warning) choice.warnings.push_back(*warning);
  }
  return choice;
}

void apply_gates(const GateChoice& gates, controller::ControllerOptions& options) {
  options.requests = {.literal_subject = gates.is_on("LiteralCertificateSubject"),
                      .other_names = gates.is_on("OtherNames"),
                      .name_constraints = gates.is_on("NameConstraints"),
                      .basic_constraints = gates.is_on("UseCertificateRequestBasicConstraints")};
  options.acme.renewal_information = gates.is_on("ACMEUseARI");
  options.acme.http01.path_type_exact = gates.is_on("ACMEHTTP01IngressPathTypeExact");
}

}  // namespace cw::cli
