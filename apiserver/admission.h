// The admission step: who is asked about a write before it is stored, and what the answers mean. The webhooks
// that MutatingWebhookConfigurations and ValidatingWebhookConfigurations name are called over HTTPS
// (webhooks/); our own is asked in this process, after the other mutating and before the other validating
// ones, by the rules of manifests/. Fails closed: an answer of our own that cannot be understood refuses.
// Thread-safe.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/admission_question.h"
#include "apiserver/type_catalog.h"
#include "lib/kube/admitter.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

namespace webhooks {
class WebhookAdmission;
}

class Admission {
 public:
  // Without an admitter and without webhooks everything is admitted.
  Admission(kube::Admitter* admitter, const TypeCatalog& types,
            const webhooks::WebhookAdmission* webhooks = nullptr)
      : admitter_(admitter), types_(types), webhooks_(webhooks) {}

  // Whether anybody may have something to say about deletions.
  bool watches_deletions() const;
  // May change the object, which is what asked.object points to; null for a deletion. Notes are there for a
  // refusal too.
  kube::Outcome<Done> mutate(const AdmissionAsked&, Json* object, AdmissionNotes&) const;
  kube::Outcome<Done> validate(const AdmissionAsked&, AdmissionNotes&) const;

 private:
  kube::Outcome<bool> change_by_own(const AdmissionAsked&, Json* object, AdmissionNotes&) const;
  kube::Outcome<kube::AdmissionAnswer> ask(kube::AdmissionStep, const AdmissionAsked&) const;

  kube::Admitter* admitter_;
  const TypeCatalog& types_;
  const webhooks::WebhookAdmission* webhooks_;
};

}  // namespace cw::apiserver
