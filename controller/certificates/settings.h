// Settings of the Certificate reconciler, from flags (reference/controllers.md 0.1, 0.6, 1.3).
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "lib/issuance/csr_template.h"
#include "lib/pki/pem.h"

namespace cw::controller::certificates {

// The six controllers that the field has for this; each can be switched off (--controllers).
struct Stages {
  bool trigger = true;
  bool key = true;
  bool request = true;
  bool issue = true;
  bool readiness = true;
  bool revisions = true;
};

struct Settings {
  Stages stages = {};
  bool owner_reference = false;  // --enable-certificate-owner-ref
  std::chrono::seconds first_back_off = std::chrono::hours(1);
  std::chrono::seconds last_back_off = std::chrono::hours(32);
  int max_reissues_per_hour = 10;  // with the same spec; 0: no limit (loop.h)
  // Prefixes of annotations copied to requests; a leading '-' excludes, "*" is any.
  std::vector<std::string> copied_annotations = {"*", "-kubectl.kubernetes.io/", "-fluxcd.io/",
                                                 "-argocd.argoproj.io/"};
  pki::PemLimits pem = {};
  issuance::CsrTemplateOptions requests = {};  // feature gates: what requests contain
};

}  // namespace cw::controller::certificates
