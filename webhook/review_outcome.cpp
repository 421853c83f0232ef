#include "webhook/review_outcome.h"

#include <algorithm>
#include <vector>

#include "lib/base/log.h"
#include "webhook/advice/catalogue.h"
#include "webhook/dispatch.h"

namespace cw::webhook {
namespace {

using kube::AdmissionRequest;

constexpr std::size_t kMaxLoggedText = 256;  // of each part that the client chose

std::string shortened(std::string_view text) { return std::string(text.substr(0, kMaxLoggedText)); }

ReviewLabels::Operation operation_of(std::string_view operation) {
  if (operation == kCreate) return ReviewLabels::Operation::Create;
  if (operation == kUpdate) return ReviewLabels::Operation::Update;
  return ReviewLabels::Operation::Other;
}

ReviewLabels::Verdict verdict_of(const Verdict& verdict) {
  if (verdict.allowed()) return ReviewLabels::Verdict::Allowed;
  return verdict.code == kForbidden ? ReviewLabels::Verdict::Refused : ReviewLabels::Verdict::Failed;
}

std::string metadata_of(const AdmissionRequest& request, std::string_view member) {
  const auto& object = request.object ? request.object : request.old_object;
  std::string_view text;
  if (!object || object->at_key("metadata").at_key(member).get(text) != simdjson::SUCCESS) return {};
  return shortened(text);
}

std::string rules_of(const Verdict& verdict) {
  std::vector<std::string_view> rules;
  for (const kube::FieldError& error : verdict.errors) {
    if (std::ranges::find(rules, error.rule) == rules.end()) rules.push_back(error.rule);
  }
  std::string text;
  for (const std::string_view rule : rules) text.append(text.empty() ? "" : ",").append(rule);
  return text;
}

std::string resource_of(const AdmissionRequest& request) {
  std::string text = request.resource.resource;
  if (!request.sub_resource.empty()) text.append("/").append(request.sub_resource);
  if (!request.resource.group.empty()) text.append(".").append(request.resource.group);
  return shortened(text);
}

// A warning ends in its rule's id: "… (advice.certificate.dnsNames.upperCase)".
std::string_view rule_of_warning(std::string_view warning) {
  const std::size_t open = warning.rfind('(');
  if (open == std::string_view::npos || !warning.ends_with(')')) return {};
  return warning.substr(open + 1, warning.size() - open - 2);
}

void add_if_advice(std::vector<SpokenAdvice>& spoken, std::string_view rule, SpokenAdvice::As as) {
  const auto& rules = advice_rules();
  const auto found = std::ranges::find(rules, rule, [](const auto& row) { return row.id; });
  if (found != rules.end()) spoken.push_back({found->id, as});
}

}  // namespace

std::vector<SpokenAdvice> advice_of(const Verdict& verdict) {
  std::vector<SpokenAdvice> spoken;
  for (const std::string& warning : verdict.warnings) {
    add_if_advice(spoken, rule_of_warning(warning), SpokenAdvice::As::Warned);
  }
  for (const kube::FieldError& error : verdict.errors) {
    add_if_advice(spoken, error.rule, SpokenAdvice::As::Enforced);
  }
  return spoken;
}

ReviewLabels labels_of(const AdmissionRequest& request, const Verdict& verdict) {
  ReviewLabels labels{.operation = operation_of(request.operation), .verdict = verdict_of(verdict)};
  if (const KindRow* row = find_resource(request.resource)) {
    labels.kind = static_cast<std::size_t>(row - kinds().data());
  }
  return labels;
}

void log_refusal(const AdmissionRequest& request, const Verdict& verdict) {
  if (verdict.allowed() || !log::verbose(log::kRefusals)) return;
  log::info("review refused", {{"uid", shortened(request.uid)},
                               {"user", shortened(request.user_info.username)},
                               {"operation", shortened(request.operation)},
                               {"resource", resource_of(request)},
                               {"namespace", metadata_of(request, "namespace")},
                               {"name", metadata_of(request, "name")},
                               {"code", std::to_string(verdict.code)},
                               {"rules", rules_of(verdict)}});
}

}  // namespace cw::webhook
