// How far the gate goes in one namespace: the flag's mode, or a milder one that the Namespace's label picks.
// Pure but for what it asks the World. Source: reference/policy.md 3.2.
#pragma once

#include <string>

#include "lib/policy/decide.h"
#include "lib/policy/options.h"

namespace cw::webhook {

struct NamespaceMode {
  policy::Mode mode = policy::Mode::Enforce;
  bool known = true;         // false: the Namespace could not be looked at, so the label might say less
  std::string warning = {};  // the label is not followed, and why; empty: it is, or there is none
};

NamespaceMode mode_in(const std::string& name_space, policy::Mode flag, const policy::World&);

}  // namespace cw::webhook
