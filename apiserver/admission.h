// The admission step: which writes our webhook is asked about, and what its answers mean. The rules are those
// of manifests (ValidatingWebhookConfiguration, MutatingWebhookConfiguration) for a cluster. Fails closed: an
// answer that cannot be understood refuses. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/resource_row.h"
#include "lib/kube/admission_review.h"
#include "lib/kube/admitter.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

struct AdmissionAsked {
  const ResourceRow& row;
  ObjectPart part = ObjectPart::Whole;
  const Json& object;
  const Json* old = nullptr;  // null: a creation
  const kube::UserInfo& user;
  bool dry_run = false;
};

struct AdmissionResult {
  std::string patch = {};  // RFC 6902; empty: none
  std::vector<std::string> warnings = {};
};

class Admission {
 public:
  // Without an admitter everything is admitted.
  explicit Admission(kube::Admitter* admitter) : admitter_(admitter) {}

  kube::Outcome<AdmissionResult> mutate(const AdmissionAsked&) const;
  kube::Outcome<AdmissionResult> validate(const AdmissionAsked&) const;

 private:
  kube::Outcome<AdmissionResult> ask(kube::AdmissionStep, const AdmissionAsked&) const;

  kube::Admitter* admitter_;
};

}  // namespace cw::apiserver
