// Manifests from text, for the tests of this folder.
#pragma once

#include <string>
#include <vector>

#include "cli/explain/offline_world.h"
#include "cli/explain/request_input.h"

namespace cw::tests {

std::vector<cli::explain::Manifest> manifests(const std::string& yaml);
std::unique_ptr<cli::explain::OfflineWorld> world(const std::string& yaml);

// Namespace team-a, policy "names" for *.example.com, and the right to use it for the controller.
extern const char* const kSmallWorld;
// A Certificate of team-a with one DNS name.
kube::Json certificate(const std::string& dns_name);

}  // namespace cw::tests
