#include "webhook/plugin_rules.h"

namespace cw::webhook {
namespace {

// DEC-02 (unreadable body) and DEC-03 (too large) are refused by lib/http; see refusal_response in
// endpoints.h.
constexpr RuleInfo kRules[] = {
    {"review.resource.required", "IDN-01, APR-01, RSV-01; webhook/admission"},
    {"identity.object.kind", "IDN-02; certificaterequest/identity"},
    {"identity.oldObject.kind", "IDN-03; certificaterequest/identity"},
    {"identity.uid.forged", "IDN-04; certificaterequest/identity"},
    {"identity.username.forged", "IDN-05; certificaterequest/identity"},
    {"identity.groups.forged", "IDN-06; certificaterequest/identity"},
    {"identity.extra.forged", "IDN-07; certificaterequest/identity"},
    {"identity.uid.frozen", "IDN-08; certificaterequest/identity"},
    {"identity.username.frozen", "IDN-09; certificaterequest/identity"},
    {"identity.groups.frozen", "IDN-10; certificaterequest/identity"},
    {"identity.extra.frozen", "IDN-11; certificaterequest/identity"},
    {"identity.spec.object", "reference/admission.md 3.2.1: a spec that is no object cannot be stamped"},
    {"approval.object.kind", "APR-02; certificaterequest/approval"},
    {"approval.oldObject.kind", "APR-03; certificaterequest/approval"},
    {"approval.signer.known", "APR-04; certificaterequest/approval"},
    {"approval.discovery", "APR-05; certificaterequest/approval"},
    {"approval.permission", "APR-06; certificaterequest/approval"},
    {"validation.object.kind", "RSV-02, RSV-03; admission/resourcevalidation"},
    {"validation.oldObject.kind", "RSV-04; admission/resourcevalidation"},
    {"review.body.empty", "DEC-01; controller-runtime webhook/admission/http.go"},
    {"review.method", "stricter: docs/differences.md"},
    {"review.contentType", "DEC-04; controller-runtime webhook/admission/http.go"},
    {"review.decode", "DEC-05; controller-runtime webhook/admission/http.go; stricter: docs/differences.md"},
    {"review.object.missing", "DEC-06; controller-runtime webhook/admission/decode.go"},
    {"review.oldObject.missing", "DEC-07; controller-runtime webhook/admission/decode.go"},
    {"review.object.kind.missing", "DEC-08; apimachinery serializer/json"},
    {"review.object.kind.known", "DEC-09; apimachinery serializer/json"},
    {"review.object.type", "DEC-10; apimachinery serializer/json"},
};

}  // namespace

RuleList plugin_rules() {
  RuleList all;
  list_rows(all, kRules);
  return all;
}

}  // namespace cw::webhook
