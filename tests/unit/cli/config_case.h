// A component's command line and configuration file, read as the program reads them, without running
// anything.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/config_rules.h"
#include "cli/settings.h"

namespace cw::test {

struct Given {
  std::vector<std::string> flags = {};
  std::string file = {};  // text of --config; empty: none
};

struct Read {
  std::string refused = {};  // what the parser said, if it did not get as far as the rules
  kube::FieldErrors errors = {};
  cli::WebhookSettings webhook = {};
  cli::ControllerSettings controller = {};
  cli::CaInjectorSettings cainjector = {};
};

// `component` is webhook, controller or cainjector.
Read read_settings(std::string_view component, const Given&);
// The file with the apiVersion and kind of that component in front of `members`.
std::string config_text(std::string_view component, std::string_view members);
webhook::RuleList rules_of(std::string_view component);
std::string scratch_folder();

}  // namespace cw::test
