// The answer of a webhook, checked. Pure. What is wrong is told in kube-apiserver's words.
// Source: k8s.io/apiserver pkg/admission/plugin/webhook/request/admissionreview.go.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "apiserver/webhooks/caller.h"
#include "lib/base/result.h"
#include "lib/kube/json.h"

namespace cw::apiserver::webhooks {

struct ReviewAnswer {
  bool allowed = false;
  Json status = nullptr;      // metav1.Status, as it came
  Json operations = nullptr;  // of a mutating webhook: RFC 6902; null: none
  std::vector<std::string> warnings = {};
  std::map<std::string, std::string> audit_annotations = {};
};

struct ReviewAsked {
  std::string_view uid;
  std::string_view version;  // of AdmissionReview
  WebhookKind kind = WebhookKind::Validating;
};

// The object that a webhook of any sort has answered. Invalid: its HTTP status, or it is no object.
Result<Json> answered_object(const CallAnswer&);
// Invalid: it cannot be used.
Result<ReviewAnswer> read_answer(const CallAnswer&, const ReviewAsked&);

}  // namespace cw::apiserver::webhooks
