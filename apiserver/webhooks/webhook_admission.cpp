#include "apiserver/webhooks/webhook_admission.h"

#include <algorithm>
#include <thread>
#include <vector>

#include "apiserver/json_access.h"
#include "apiserver/namespace_gate.h"
#include "apiserver/object_form.h"
#include "apiserver/plain_cel.h"
#include "apiserver/webhooks/condition_environment.h"
#include "apiserver/webhooks/failures.h"
#include "apiserver/webhooks/patched_object.h"
#include "apiserver/webhooks/rule_match.h"
#include "lib/base/log.h"
#include "lib/base/random.h"

namespace cw::apiserver::webhooks {
namespace {

using kube::Outcome;
using kube::StatusError;

constexpr std::size_t kMostThreads = 16;  // that ask webhooks about one request

kube::Map labels_of(const Json& object) {
  std::vector<kube::Map::Entry> labels;
  for (const auto& [key, value] : object_member(object_member(object, "metadata"), "labels").items()) {
    if (value.is_string()) labels.emplace_back(key, value.get<std::string>());
  }
  return kube::Map(std::move(labels));
}

bool is_object_selected(const Webhook& webhook, const AdmissionAsked& asked) {
  if (webhook.objects.empty()) return true;
  const auto selects = [&](const Json* object) {
    return object != nullptr && webhook.objects.matches(labels_of(*object));
  };
  return selects(asked.object) || selects(asked.old);
}

bool serves(const ResourceRow& row, std::string_view sub_resource) {
  return sub_resource.empty() || std::find(row.sub_resources.begin(), row.sub_resources.end(),
                                           sub_resource) != row.sub_resources.end();
}

std::string review_text(const AdmissionAsked& asked, const Invocation& invocation,
                        const FormedObjects* objects, std::string_view uid) {
  const ResourceRow& form = invocation.equivalent != nullptr ? *invocation.equivalent : asked.row;
  return kube::encode_review(
      {.uid = uid,
       .resource = form.resource,
       .sub_resource = asked.sub_resource,
       .key = {asked.name_space(), asked.name()},
       .operation = word_of(asked.operation),
       .user = &asked.user,
       .object = objects != nullptr ? objects->object() : nullptr,
       .old_object = objects != nullptr ? objects->old() : nullptr,
       .dry_run = asked.is_dry_run(),
       .request_resource = &asked.row.resource,
       .object_kind = asked.object_row != nullptr ? &asked.object_row->resource : nullptr,
       .options = dumped(options_object(asked)),
       .version = invocation.webhook->review_version});
}

cel::Value value_or_null(const Json* object) {
  return object != nullptr ? plain_value(*object) : cel::Value();
}

// Does each of the tasks once, several at the same time.
template <typename Task>
void do_all(std::size_t count, const Task& task) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) task(i);
  };
  std::vector<std::jthread> threads;
  try {
    for (std::size_t i = 1; i < std::min(count, kMostThreads); ++i) threads.emplace_back(work);
  } catch (const std::exception& shortage) {
    log::warning("webhooks are asked one after the other", {{"error", shortage.what()}});
  }
  work();
}

}  // namespace

Outcome<std::unique_ptr<FormedObjects>> FormedObjects::make(const AdmissionAsked& asked,
                                                            const ResourceRow* form) {
  std::unique_ptr<FormedObjects> objects(new FormedObjects(asked));
  // What is none of the resource is the same whichever version it is asked at.
  if (form == nullptr || asked.object_row != nullptr) return objects;
  const auto formed = [&](const Json*& object, Json& made) -> Outcome<Done> {
    if (object == nullptr) return Done{};
    Outcome<Json> converted = in_form(*object, asked.row, *form);
    if (!converted) return kube::internal_error(converted.error().message);
    made = std::move(converted).value();
    object = &made;
    return Done{};
  };
  TRY(formed(objects->object_, objects->made_object_));
  TRY(formed(objects->old_, objects->made_old_));
  return objects;
}

WebhookAdmission::WebhookAdmission(const Parts& parts)
    : parts_(parts),
      environment_(
          make_condition_environment([this](const kube::UserInfo& user, const rbac::Attributes& asked) {
            return parts_.authorizer.decide(user, asked);
          })),
      snapshots_(parts_.store, environment_) {}

bool WebhookAdmission::has_any() const {
  if (!begun_) return false;
  const Result<SnapshotPtr> now = snapshots_.now();
  return !now || *now != nullptr;
}

// Null: none is to be asked.
Outcome<SnapshotPtr> WebhookAdmission::snapshot(const AdmissionAsked& asked) const {
  if (!begun_ || is_exempt(asked.row)) return SnapshotPtr();
  Result<SnapshotPtr> now = snapshots_.now();
  if (!now) return StatusError(now.error());
  return std::move(now).value();
}

// ---- who is asked

Outcome<std::optional<Invocation>> WebhookAdmission::invocation(const Webhook& webhook,
                                                                const AdmissionAsked& asked) const {
  const std::optional<Invocation> none;
  const Outcome<bool> selected = is_namespace_selected(webhook, asked);
  if (selected && !*selected) return none;
  if (!is_object_selected(webhook, asked)) return none;
  std::optional<Invocation> found = by_rules(webhook, asked);
  if (!found) return none;
  // Whatever is wrong with the namespace matters only to webhooks that the request is for.
  if (!selected) return selected.error();
  if (!TRY(meets_conditions(*found, asked))) return none;
  return found;
}

Outcome<bool> WebhookAdmission::is_namespace_selected(const Webhook& webhook,
                                                      const AdmissionAsked& asked) const {
  const bool is_namespace = asked.row.resource.plural == "namespaces";
  const std::string name = asked.name_space();
  if ((name.empty() && !is_namespace) || webhook.namespaces.empty()) return true;
  if (is_namespace && asked.sub_resource.empty() && asked.object != nullptr) {
    return webhook.namespaces.matches(labels_of(*asked.object));
  }
  const Result<ObjectPtr> found = parts_.store.get({std::string(kNamespaces), {"", name}});
  if (found) return webhook.namespaces.matches((*found)->head().labels);
  constexpr kube::Resource kNamespaceResource{"", "v1", "namespaces", "Namespace", false};
  if (found.error().code == Code::NotFound) return kube::not_found(kNamespaceResource, name);
  return kube::internal_error(found.error().message);
}

std::optional<Invocation> WebhookAdmission::by_rules(const Webhook& webhook,
                                                     const AdmissionAsked& asked) const {
  const ResourceRow& own = asked.row;
  if (matches_any(webhook.rules, asked, own.resource)) return Invocation{.webhook = &webhook};
  if (!webhook.takes_equivalent || own.stored_as.empty()) return std::nullopt;
  std::vector<RowPtr> equivalents;
  for (const RowPtr& row : parts_.resources.rows()) {
    const bool is_other = row->resource.group != own.resource.group ||
                          row->resource.version != own.resource.version ||
                          row->resource.plural != own.resource.plural;
    if (row->stored_as == own.stored_as && is_other && serves(*row, asked.sub_resource)) {
      equivalents.push_back(row);
    }
  }
  // Earlier rules count first.
  for (const Rule& rule : webhook.rules) {
    for (const RowPtr& row : equivalents) {
      if (matches(rule, asked, row->resource)) return Invocation{.webhook = &webhook, .equivalent = row};
    }
  }
  return std::nullopt;
}

Outcome<bool> WebhookAdmission::meets_conditions(const Invocation& invocation,
                                                 const AdmissionAsked& asked) const {
  const MatchConditions& conditions = invocation.webhook->conditions;
  if (conditions.empty()) return true;
  const auto formed = TRY(FormedObjects::make(asked, invocation.equivalent.get()));
  const FormedObjects& objects = *formed;
  const Json review = Json::parse(review_text(asked, invocation, nullptr, ""));
  const Result<bool> holds = conditions.evaluate({.object = value_or_null(objects.object()),
                                                  .old_object = value_or_null(objects.old()),
                                                  .request = request_value(object_member(review, "request")),
                                                  .authorizer = authorizer_value(asked)});
  if (holds) return *holds;
  if (invocation.webhook->fails_open) return false;
  return kube::forbidden(asked.row.resource, asked.name(), holds.error().message);
}

// ---- asking

Result<ReviewAnswer> WebhookAdmission::call(const Invocation& invocation, const AdmissionAsked& asked,
                                            const FormedObjects& objects) const {
  const Webhook& webhook = *invocation.webhook;
  if (webhook.review_version.empty()) {
    return Error{Code::Invalid,
                 "could not create admission objects: webhook does not accept known AdmissionReview versions "
                 "(v1, v1beta1)"};
  }
  const std::string uid = random_uuid();
  const std::string body = review_text(asked, invocation, &objects, uid) + "\n";
  Result<CallAnswer> answer = parts_.caller.post(webhook.target, body, webhook.timeout);
  if (!answer && answer.error().code == Code::Invalid) {
    return Error{Code::Invalid, "could not get REST client: " + answer.error().message};
  }
  if (!answer) return Error{Code::Unavailable, "failed to call webhook: " + answer.error().message};
  return read_answer(*answer, {.uid = uid, .version = webhook.review_version, .kind = webhook.kind});
}

WebhookAdmission::Verdict WebhookAdmission::judge(const Invocation& invocation, const AdmissionAsked& asked,
                                                  std::size_t index) const {
  Verdict verdict;
  const Webhook& webhook = *invocation.webhook;
  if (asked.is_dry_run() && !webhook.is_dry_run_safe) {
    verdict.refusal = no_dry_run(webhook);
    return verdict;
  }
  try {
    const auto objects = FormedObjects::make(asked, invocation.equivalent.get());
    if (!objects) {
      verdict.refusal = objects.error();
      return verdict;
    }
    Result<ReviewAnswer> answer = call(invocation, asked, **objects);
    if (!answer) {
      verdict.refusal = failed(webhook, answer.error(), {0, index}, verdict.notes);
      return verdict;
    }
    note_answer(webhook, *answer, verdict.notes);
    if (!answer->allowed) verdict.refusal = refusal(webhook.name, answer->status);
  } catch (const std::exception& bug) {
    verdict.refusal = kube::internal_error(std::string("the webhook's answer: ") + bug.what());
  }
  return verdict;
}

Outcome<Done> WebhookAdmission::validate(const AdmissionAsked& asked, AdmissionNotes& notes) const {
  const SnapshotPtr snapshot = TRY(this->snapshot(asked));
  if (snapshot == nullptr) return Done{};
  std::vector<Invocation> invocations;
  for (const Webhook& webhook : snapshot->validating) {
    if (std::optional<Invocation> found = TRY(invocation(webhook, asked))) {
      invocations.push_back(std::move(*found));
    }
  }
  std::vector<Verdict> verdicts(invocations.size());
  if (!invocations.empty()) {
    do_all(invocations.size(), [&](std::size_t i) { verdicts[i] = judge(invocations[i], asked, i); });
  }
  const StatusError* refusal = nullptr;
  for (Verdict& verdict : verdicts) {
    notes.add(std::move(verdict.notes));
    if (refusal == nullptr && verdict.refusal) refusal = &*verdict.refusal;
  }
  if (refusal != nullptr) return *refusal;
  return Done{};
}

}  // namespace cw::apiserver::webhooks
