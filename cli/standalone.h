// Standalone: the embedded API server, the webhook's decision and the controller in one process. Wires them;
// owns nothing else.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "apiserver/api_server.h"
#include "cli/standalone_acme.h"
#include "controller/options.h"
#include "lib/base/result.h"
#include "lib/policy/options.h"
#include "webhook/advice/enforcement.h"
#include "webhook/rules/rule_options.h"

namespace cw::cli {

struct StandaloneOptions {
  apiserver::ApiServerOptions server;
  controller::ControllerOptions controller;
  AnswererOptions answerers;
  webhook::RuleOptions rules;
  webhook::Enforcement enforcement;  // advice that refuses
  bool admission = true;             // what is written is judged by the webhook's rules
  bool serve_policies = true;        // off: as a cluster without the policies' definition
  bool advice_lookups = true;        // advice may speak of what is in the store
  policy::Options policy;            // of the webhook; the controller has its own copy
};

// Runs until the token is stopped. `on_ready` is called once with the server's URL, when requests are
// answered and the controller has begun. Errors: as ApiServer and Manager give them.
Status run_standalone(const StandaloneOptions&, std::stop_token stop,
                      const std::function<void(const std::string&)>& on_ready);

}  // namespace cw::cli
