// WebhookAdmission: asks the webhooks of the store's MutatingWebhookConfigurations and
// ValidatingWebhookConfigurations about a write, as kube-apiserver does: who is asked (rules, selectors,
// conditions), in which order, and what the answers mean. Without configurations it does nothing.
// Thread-safe; holds no lock while it waits for an answer.
// Source: k8s.io/apiserver pkg/admission/plugin/webhook/{generic,mutating,validating}.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "apiserver/admission_question.h"
#include "apiserver/authorizer.h"
#include "apiserver/resource_table.h"
#include "apiserver/type_catalog.h"
#include "apiserver/webhooks/caller.h"
#include "apiserver/webhooks/failures.h"
#include "apiserver/webhooks/review_answer.h"
#include "apiserver/webhooks/snapshot.h"
#include "lib/kube/status.h"

namespace cw::apiserver::webhooks {

// A webhook that a request is sent to, and the resource in whose form it wants the objects.
struct Invocation {
  const Webhook* webhook = nullptr;
  RowPtr equivalent = {};  // null: the request's own
};

// The objects of a request in the form of a resource; null: its own.
class FormedObjects {
 public:
  // Takes time where a conversion webhook makes the form.
  static kube::Outcome<std::unique_ptr<FormedObjects>> make(const AdmissionAsked&, const ResourceRow* form);
  FormedObjects(const FormedObjects&) = delete;
  FormedObjects& operator=(const FormedObjects&) = delete;
  const Json* object() const { return object_; }  // null as in the request
  const Json* old() const { return old_; }

 private:
  explicit FormedObjects(const AdmissionAsked& asked) : object_(asked.object), old_(asked.old) {}

  Json made_object_;
  Json made_old_;
  const Json* object_;
  const Json* old_;
};

class WebhookAdmission {
 public:
  // All must outlive it.
  struct Parts {
    const Store& store;
    const ResourceTable& resources;
    const TypeCatalog& types;
    const Authorizer& authorizer;
    Caller& caller;
  };
  explicit WebhookAdmission(const Parts&);

  // Until then nobody is asked: what the server writes at its start must not wait for anyone.
  void begin() { begun_ = true; }
  bool has_any() const;
  // Of several refusals the first counts.
  kube::Outcome<Done> validate(const AdmissionAsked&, AdmissionNotes&) const;

 private:
  friend class MutatingRounds;
  struct Verdict {
    AdmissionNotes notes = {};
    std::optional<kube::StatusError> refusal = {};
  };

  kube::Outcome<SnapshotPtr> snapshot(const AdmissionAsked&) const;
  kube::Outcome<std::optional<Invocation>> invocation(const Webhook&, const AdmissionAsked&) const;
  kube::Outcome<bool> is_namespace_selected(const Webhook&, const AdmissionAsked&) const;
  std::optional<Invocation> by_rules(const Webhook&, const AdmissionAsked&) const;
  kube::Outcome<bool> meets_conditions(const Invocation&, const AdmissionAsked&) const;
  // Invalid, Unavailable: the webhook could not be asked, or its answer cannot be used.
  Result<ReviewAnswer> call(const Invocation&, const AdmissionAsked&, const FormedObjects&) const;
  Verdict judge(const Invocation&, const AdmissionAsked&, std::size_t index) const;

  Parts parts_;
  cel::Environment environment_;
  Snapshots snapshots_;
  std::atomic<bool> begun_{false};
};

// The mutating webhooks of one request, one after the other; then once more those that want it, if the object
// was changed after they had seen it. Used by one thread.
class MutatingRounds {
 public:
  // `object` is what asked.object points to.
  MutatingRounds(const WebhookAdmission& admission, const AdmissionAsked& asked, Json* object)
      : admission_(admission), asked_(asked), object_(object) {}

  kube::Outcome<Done> first(AdmissionNotes&);
  // `changed`: somebody else has changed the object since. True if it has changed again.
  kube::Outcome<bool> second(bool changed, AdmissionNotes&);

 private:
  kube::Outcome<bool> ask(const Webhook&, Turn, AdmissionNotes&);
  kube::Outcome<bool> change(const Invocation&, const ReviewAnswer&, const FormedObjects&);
  void ask_again();

  const WebhookAdmission& admission_;
  const AdmissionAsked& asked_;
  Json* object_;
  SnapshotPtr snapshot_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::set<std::string> invoked_;  // that may be asked again
  std::set<std::string> again_;
};

}  // namespace cw::apiserver::webhooks
