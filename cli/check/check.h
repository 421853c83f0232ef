// `certwright check`: manifests judged offline by what a cluster would judge them by. Reads all files first,
// so that what one file says (an Issuer, another Certificate) is known when the next is judged.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "cli/check/finding.h"
#include "cli/check/report.h"
#include "webhook/advice/enforcement.h"
#include "webhook/rules/rule_options.h"

namespace cw::cli::check {

enum class Warnings { Show, Refuse };

struct CheckOptions {
  std::vector<std::string> files;          // files, folders, "-"
  std::vector<std::string> old_files;      // older versions: what is there too is judged as an update
  std::istream* standard_input = nullptr;  // for "-"
  std::string name_space = "default";      // of objects that name none
  std::string cluster_resource_namespace = "cert-manager";
  Warnings warnings = Warnings::Show;
  webhook::RuleOptions rules = {};
  webhook::Enforcement enforcement = {};
};

// Exit codes of the command.
inline constexpr int kNothingRefused = 0;
inline constexpr int kRefused = 1;
inline constexpr int kUnreadable = 2;  // a file could not be read or parsed, whatever else there is

Report check(const CheckOptions&);

}  // namespace cw::cli::check
