// `certwright check`: manifests judged offline by what a cluster would judge them by: strict field names, the
// schema, then the webhook's rules. One line a finding: FILE:LINE: KIND NAME: FIELD: MESSAGE [RULE].
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "lib/kube/admitter.h"

namespace cw::cli {

struct CheckOptions {
  std::vector<std::string> files;          // "-" is standard input
  std::istream* standard_input = nullptr;  // needed for "-"
};

// The exit code: 0 nothing is refused, 1 something is refused or malformed, 2 a file cannot be read. Findings
// and a closing line go to `out`, what hinders to `err`. Objects of foreign kinds are passed over.
int run_check(const CheckOptions&, kube::Admitter& webhook, std::ostream& out, std::ostream& err);

}  // namespace cw::cli
