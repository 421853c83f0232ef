#include "webhook/review.h"

#include <exception>
#include <utility>

#include "lib/api/resources.h"
#include "lib/base/log.h"
#include "lib/kube/admission_request.h"
#include "webhook/dispatch.h"
#include "webhook/mutate.h"
#include "webhook/object_kind.h"
#include "webhook/review_outcome.h"

namespace cw::webhook {
namespace {

using kube::AdmissionRequest;
using kube::AdmissionStep;

constexpr std::string_view kReasonForbidden = "Forbidden";
constexpr std::string_view kStatusSubresource = "status";

Plugins plugins_of(const AdmissionRequest& request) {
  const kube::Resource& requests = api::kCertificateRequests;
  Plugins plugins;
  plugins.identity = request.resource.group == requests.group && request.resource.resource == requests.plural;
  plugins.approval =
      plugins.identity && request.operation == kUpdate && request.sub_resource == kStatusSubresource;
  plugins.validation = find_resource(request.resource) != nullptr;
  return plugins;
}

// What was decoded: the kinds of both objects. `before` is nullptr on a create.
struct Decoded {
  const KindRow* after = nullptr;
  const KindRow* before = nullptr;
};

void refuse_if(kube::FieldErrors& errors, bool wrong, std::string_view rule, std::string_view message) {
  if (!wrong) return;
  errors.push_back(kube::plain_error(std::string(message)));
  errors.back().rule = rule;
}

// IDN-02, 03; APR-02, 03; RSV-02…04: the payload is not what the resource says.
kube::FieldErrors mismatches(const AdmissionRequest& request, Plugins plugins, const Decoded& decoded) {
  constexpr std::string_view kObject = "the object is not of the kind that the request's resource has";
  constexpr std::string_view kOldObject = "the oldObject is not of the kind that the request's resource has";
  const KindRow* requests = row_of(api::kCertificateRequests);
  const KindRow* expected = find_resource(request.resource);
  const auto is_other = [](const KindRow* row, const KindRow* wanted) {
    return row != nullptr && row != wanted;
  };
  kube::FieldErrors errors;
  if (plugins.identity) {
    refuse_if(errors, is_other(decoded.after, requests), "identity.object.kind", kObject);
    refuse_if(errors, is_other(decoded.before, requests), "identity.oldObject.kind", kOldObject);
  }
  if (plugins.approval) {
    refuse_if(errors, is_other(decoded.after, requests), "approval.object.kind", kObject);
    refuse_if(errors, is_other(decoded.before, requests), "approval.oldObject.kind", kOldObject);
  }
  if (plugins.validation) {
    refuse_if(errors, is_other(decoded.after, expected), "validation.object.kind", kObject);
    refuse_if(errors, is_other(decoded.before, expected), "validation.oldObject.kind", kOldObject);
  }
  return errors;
}

Refusal undecodable(std::string message) { return {kBadRequest, "review.object.type", std::move(message)}; }

// Objects of two kinds, or not of the resource's kind: each must still decode before the plugins speak.
Verdict judge_mixed(const AdmissionRequest& request, const Decoded& decoded, kube::FieldErrors errors) {
  if (const Status read = decoded.after->check(*request.object); !read) {
    return undecodable("object cannot be decoded: " + read.error().message);
  }
  if (decoded.before != nullptr) {
    if (const Status read = decoded.before->check(*request.old_object); !read) {
      return undecodable("oldObject cannot be decoded: " + read.error().message);
    }
  }
  return Verdict(std::move(errors), {});
}

ReviewReply reply_of(const AdmissionRequest& request, const Verdict& verdict) {
  log_refusal(request, verdict);
  return {.http_status = kAllowed,
          .body = kube::encode_answer(request.uid, answer_of(verdict)),
          .labels = labels_of(request, verdict),
          .advice = advice_of(verdict)};
}

ReviewReply broken_reply(std::string_view uid) {
  const Refusal refusal{kFailed, "review.failed", "the webhook failed to judge this request: see its log"};
  return {.http_status = kAllowed, .body = kube::encode_answer(uid, answer_of(refusal)), .broke = true};
}

}  // namespace

kube::AdmissionAnswer answer_of(const Verdict& verdict) {
  kube::AdmissionAnswer answer;
  answer.allowed = verdict.allowed();
  answer.code = verdict.code;
  answer.warnings = verdict.warnings;
  answer.audit_annotations = verdict.audit_annotations;
  if (verdict.allowed()) {
    answer.patch = verdict.patch;
  } else {
    answer.message = kube::message(verdict.errors);
  }
  if (verdict.code == kForbidden) answer.reason = kReasonForbidden;
  return answer;
}

std::string refusal_body(int code, std::string_view message) {
  kube::AdmissionAnswer answer;
  answer.code = code;
  answer.message = message;
  return kube::encode_answer("", answer);
}

ReviewAnswer::ReviewAnswer(RuleOptions options, ApprovalPolicy approval, Advisor advisor, GateParts gate)
    : options_(options),
      approval_(approval),
      advisor_(std::move(advisor)),
      gate_(std::move(gate)),
      parsers_(std::make_unique<kube::ReviewParserPool>()) {}

ReviewAnswer::~ReviewAnswer() = default;

Verdict ReviewAnswer::validate(const AdmissionRequest& request) const {
  Decoded decoded;
  decoded.after = TRY(kind_of(request.object, "object", request.kind));
  if (request.operation == kUpdate)
    decoded.before = TRY(kind_of(request.old_object, "oldObject", request.kind));

  const Plugins plugins = plugins_of(request);
  kube::FieldErrors errors = mismatches(request, plugins, decoded);
  refuse_if(errors, request.resource.empty(), "review.resource.required", kResourceUnset);
  const bool mixed = decoded.before != nullptr && decoded.before != decoded.after;
  if (mixed || !errors.empty()) return judge_mixed(request, decoded, std::move(errors));

  Result<Findings> found = decoded.after->judge(request, plugins, {options_, approval_, advisor_, gate_});
  if (!found) return undecodable(found.error().message);
  Verdict verdict(std::move(found->errors), std::move(found->warnings));
  verdict.audit_annotations = std::move(found->audit_annotations);
  return verdict;
}

Verdict ReviewAnswer::judge(AdmissionStep step, const AdmissionRequest& request) const {
  // Anything but a create or an update is let through before anything is decoded.
  if (request.operation != kCreate && request.operation != kUpdate) return {};
  return step == AdmissionStep::Mutate ? mutate(request) : validate(request);
}

ReviewReply ReviewAnswer::answer(AdmissionStep step, std::string_view review_json) {
  std::string uid;
  try {
    std::unique_ptr<kube::ReviewParser> parser = parsers_->take();
    const auto request = parser->decode(review_json);
    if (!request) {
      return {.http_status = kBadRequest, .body = refusal_body(kBadRequest, request.error().message)};
    }
    uid = request->uid;
    ReviewReply reply = reply_of(*request, judge(step, *request));
    parsers_->give_back(std::move(parser));
    return reply;
  } catch (const std::exception& error) {
    log::error("a review failed", {{"uid", uid}, {"error", error.what()}});
    return broken_reply(uid);
  }
}

}  // namespace cw::webhook
