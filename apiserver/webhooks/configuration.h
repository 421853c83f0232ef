// Webhooks as ValidatingWebhookConfigurations and MutatingWebhookConfigurations of the store name them,
// decoded, with conditions compiled. Immutable values.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/webhooks/match_conditions.h"
#include "lib/kube/label_selector.h"

namespace cw::apiserver::webhooks {

enum class Scope : std::uint8_t { Any, Cluster, Namespaced };

struct Rule {
  std::vector<std::string> operations;
  std::vector<std::string> groups;
  std::vector<std::string> versions;
  std::vector<std::string> resources;
  Scope scope = Scope::Any;
};

// Where a webhook is: a URL, or a port of a Service.
struct Target {
  std::string url = {};  // empty: by the Service
  std::string name_space = {};
  std::string service = {};
  std::string path = {};
  int port = 443;
  std::string ca_pem = {};  // empty: what the system trusts
};

// Of a clientConfig that has been validated.
Target decode_target(const Json& client_config);
// The first of them that both sides speak, "v1" or "v1beta1"; empty: none.
std::string spoken_version(const Json& review_versions);

enum class WebhookKind : std::uint8_t { Mutating, Validating };

struct Webhook {
  WebhookKind kind = WebhookKind::Validating;
  std::string name;
  std::string configuration;
  std::string identity;  // differs from that of any other: "configuration/name/0"
  Target target;
  std::vector<Rule> rules;
  kube::LabelSelector namespaces;
  kube::LabelSelector objects;
  MatchConditions conditions;
  bool fails_open = false;       // failurePolicy: Ignore
  bool takes_equivalent = true;  // matchPolicy: Equivalent
  bool is_dry_run_safe = false;  // sideEffects
  bool wants_reinvocation = false;
  std::string review_version;  // "v1", "v1beta1"; empty: none that we speak
  std::chrono::seconds timeout{10};
};

// In order. What the store holds has been validated; of a selector or condition that cannot be read all the
// same the webhook matches, or fails, as its failurePolicy says.
std::vector<Webhook> decode_webhooks(const Json& configuration, WebhookKind, const cel::Environment&);

}  // namespace cw::apiserver::webhooks
