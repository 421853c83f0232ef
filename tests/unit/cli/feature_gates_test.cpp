#include "cli/feature_gates.h"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace cw;  // tests only
using cli::Component;

namespace {

cli::GateChoice choose(Component component, const std::vector<std::string>& given) {
  return cli::choose_gates(component, given, kube::FieldPath("featureGates"));
}

}  // namespace

TEST_CASE("feature gates: each component has its own, with the field's defaults but for one",
          "[cli][gates]") {
  const auto count = [](Component component) {
    return std::ranges::count_if(cli::feature_gates(),
                                 [&](const cli::FeatureGate& gate) { return gate.component == component; });
  };
  CHECK(count(Component::Webhook) == 5);
  CHECK(count(Component::CaInjector) == 2);
  CHECK(count(Component::Controller) == 17);
  for (const cli::FeatureGate& gate : cli::feature_gates()) {
    INFO(gate.name);
    // On purpose one alpha gate is on: docs/differences.md.
    CHECK(gate.on_by_default == (gate.stage != cli::GateStage::Alpha || gate.name == "ACMEUseARI"));
    CHECK(choose(gate.component, {}).is_on(gate.name) == gate.on_by_default);
    for (const bool on : {true, false}) {
      const auto choice = choose(gate.component, {std::string(gate.name) + (on ? "=true" : "=false")});
      CHECK(choice.errors.empty());
      CHECK(choice.is_on(gate.name) == on);
    }
  }
}

TEST_CASE("feature gates: a gate of another component is unknown", "[cli][gates]") {
  CHECK(choose(Component::Webhook, {"ServerSideApply=true"}).errors.size() == 1);
  CHECK(choose(Component::Controller, {"CAInjectorMerging=true"}).errors.size() == 1);
  CHECK(choose(Component::CaInjector, {"OtherNames=true"}).errors.size() == 1);
}

TEST_CASE("feature gates: a general gate may be switched, with a warning; a beta gate that works has none",
          "[cli][gates]") {
  CHECK(choose(Component::Webhook, {"AdditionalCertificateOutputFormats=false"}).warnings.size() == 1);
  CHECK(choose(Component::Webhook, {"OtherNames=false"}).warnings.empty());
  CHECK(choose(Component::Controller, {"StableCertificateRequestName=false"}).warnings.size() == 1);
  CHECK(choose(Component::Controller, {"StableCertificateRequestName=true"}).warnings.empty());
}

TEST_CASE("feature gates: AllAlpha and AllBeta set what is not named itself; general ones stay",
          "[cli][gates]") {
  const auto choice = choose(Component::Webhook, {"AllBeta=false", "OtherNames=true", "AllAlpha=true"});
  CHECK(choice.errors.empty());
  CHECK_FALSE(choice.is_on("NameConstraints"));
  CHECK_FALSE(choice.is_on("LiteralCertificateSubject"));
  CHECK(choice.is_on("OtherNames"));
  CHECK(choice.is_on("DisallowInsecureCSRUsageDefinition"));
  const auto alpha = choose(Component::Controller, {"AllAlpha=true"});
  CHECK(alpha.is_on("ACMEUseARI"));
  // Of the six, all but UseCertificateRequestBasicConstraints and ACMEUseARI change nothing here.
  CHECK(alpha.warnings.size() == 4);
  CHECK(choose(Component::Controller, {"AllAlpha=false"}).warnings.empty());
}

TEST_CASE("feature gates: the last of two wins; values are Go's booleans", "[cli][gates]") {
  CHECK(choose(Component::Webhook, {"OtherNames=false", "OtherNames=T"}).is_on("OtherNames"));
  CHECK_FALSE(choose(Component::Webhook, {" OtherNames = 0"}).is_on("OtherNames"));
  for (const char* bad :
       {"OtherNames", "OtherNames=", "OtherNames=yes", "OtherNames=true=false", "=true", ""}) {
    INFO(bad);
    CHECK(choose(Component::Webhook, {bad}).errors.size() == 1);
  }
}

TEST_CASE("feature gates: those of the controller reach its options", "[cli][gates]") {
  controller::ControllerOptions options;
  cli::apply_gates(choose(Component::Controller, {}), options);
  CHECK(options.requests.literal_subject);
  CHECK(options.requests.other_names);
  CHECK(options.requests.name_constraints);
  CHECK_FALSE(options.requests.basic_constraints);
  cli::apply_gates(choose(Component::Controller, {"AllAlpha=true", "AllBeta=false", "OtherNames=true"}),
                   options);
  CHECK_FALSE(options.requests.literal_subject);
  CHECK(options.requests.other_names);
  CHECK_FALSE(options.requests.name_constraints);
  CHECK(options.requests.basic_constraints);
}
