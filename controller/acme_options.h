// AcmeOptions: what flags decide about ACME (reference/controllers.md 9.1). Data.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "controller/acme/http01_options.h"

namespace cw::controller {

struct AcmeOptions {
  bool renewal_information = true;  // gate ACMEUseARI
  std::size_t max_concurrent_challenges = 60;
  std::chrono::seconds check_retry_period{10};  // the longest time between two looks at a challenge
  bool issuer_ambient_credentials = false;
  bool cluster_issuer_ambient_credentials = true;

  std::vector<std::string> recursive_nameservers = {};  // host:port or https URL; empty: the system's
  bool recursive_nameservers_only = false;
  int authoritative_port = 53;  // of the name servers that a zone names; another one is for tests

  acme::Http01Options http01 = {};
  std::vector<std::string> http01_nameservers = {};  // host:port; empty: as the system resolves names
  int http01_check_port = 80;                        // where the CA will look
};

}  // namespace cw::controller
