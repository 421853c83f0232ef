// Verdict: what the webhook decided and by which rules; the answer on the wire is made of it. Data.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/kube/admission_review.h"
#include "lib/kube/field_error.h"

namespace cw::webhook {

// In-body codes (reference/admission.md 3.3).
inline constexpr int kAllowed = 200;
inline constexpr int kBadRequest = 400;
inline constexpr int kForbidden = 403;
inline constexpr int kMethodNotAllowed = 405;
inline constexpr int kTooLarge = 413;
inline constexpr int kUnsupportedMediaType = 415;
inline constexpr int kFailed = 500;

// The one reason why a request is not looked at any further.
struct Refusal {
  int code = kBadRequest;
  std::string_view rule;
  std::string message;
};

struct Verdict {
  int code = kAllowed;
  kube::FieldErrors errors = {};
  std::vector<std::string> warnings = {};
  std::string patch = {};  // RFC 6902, JSON text
  std::map<std::string, std::string> audit_annotations = {};

  Verdict() = default;
  Verdict(Refusal refusal)  // NOLINT(google-explicit-constructor): TRY returns refusals
      : code(refusal.code) {
    errors.push_back(kube::plain_error(std::move(refusal.message)));
    errors.back().rule = refusal.rule;
  }
  Verdict(kube::FieldErrors found, std::vector<std::string> spoken)
      : code(found.empty() ? kAllowed : kForbidden), errors(std::move(found)), warnings(std::move(spoken)) {}

  bool allowed() const { return code == kAllowed; }
};

kube::AdmissionAnswer answer_of(const Verdict&);

}  // namespace cw::webhook
