// Feature gates: one table of all components; each component knows its own only. Pure.
// Source: reference/admission.md 3.10; k8s.io/component-base featuregate.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "controller/options.h"
#include "lib/kube/field_error.h"

namespace cw::cli {

enum class Component : std::uint8_t { Webhook, Controller, CaInjector };
enum class GateStage : std::uint8_t { Alpha, Beta, General };

struct FeatureGate {
  Component component;
  std::string_view name;
  bool on_by_default;
  GateStage stage;
  // What switching it changes here; empty: nothing, it is only accepted.
  std::string_view effect = {};
};
std::span<const FeatureGate> feature_gates();

struct GateChoice {
  std::map<std::string_view, bool> on;  // each gate of the component
  std::vector<std::string> warnings;    // gates that are general, or that change nothing here
  kube::FieldErrors errors;             // unknown names, values that are no boolean

  bool is_on(std::string_view gate) const { return on.at(gate); }
};
// `given`: name=true, in order; a later one wins. AllAlpha and AllBeta set those that are not named
// themselves.
GateChoice choose_gates(Component, const std::vector<std::string>& given, const kube::FieldPath& at);

// Those of the controller that change something, into its options.
void apply_gates(const GateChoice&, controller::ControllerOptions&);

}  // namespace cw::cli
