// ReviewAnswer: the whole decision of the webhook, AdmissionReview bytes in, AdmissionReview bytes out. Used
// by the HTTPS server and, in standalone, by the embedded API server in process. Thread-safe. Never throws;
// what fails is a refusal. Source: reference/admission.md 3.2, 3.3, 3.5; what is stricter:
// docs/differences.md.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/kube/admitter.h"
#include "webhook/advice/advisor.h"
#include "webhook/gate/gate.h"
#include "webhook/metrics.h"
#include "webhook/policy/approval.h"
#include "webhook/rules/rule_options.h"
#include "webhook/verdict.h"

namespace cw::kube {
struct AdmissionRequest;  // admission_request.h names simdjson
class ReviewParserPool;
}  // namespace cw::kube

namespace cw::webhook {

struct ReviewReply {
  int http_status = 200;  // 200 also for a refusal, as long as there was a review to answer
  std::string body;
  ReviewLabels labels = {};
  std::vector<SpokenAdvice> advice = {};
  bool broke = false;  // the webhook itself failed: a bug of ours
};

class ReviewAnswer final : public kube::Admitter {
 public:
  // What the policy, the advisor and the gate refer to must outlive this.
  ReviewAnswer(RuleOptions, ApprovalPolicy, Advisor advisor = {}, GateParts gate = {});
  ~ReviewAnswer() override;

  std::string review(kube::AdmissionStep step, std::string_view review_json) override {
    return answer(step, review_json).body;
  }
  ReviewReply answer(kube::AdmissionStep, std::string_view review_json);

  // The decision alone, with the rules that it rests on.
  Verdict judge(kube::AdmissionStep, const kube::AdmissionRequest&) const;

 private:
  Verdict validate(const kube::AdmissionRequest&) const;

  RuleOptions options_;
  ApprovalPolicy approval_;
  Advisor advisor_;
  Gate gate_;
  std::unique_ptr<kube::ReviewParserPool> parsers_;
};

// An answer to what is no review: code and message inside an AdmissionReview without a uid.
std::string refusal_body(int code, std::string_view message);

}  // namespace cw::webhook
