#include "webhook/rules/catalogue.h"

#include "webhook/rules/certificate.h"
#include "webhook/rules/certificate_request.h"
#include "webhook/rules/certificate_request_policy.h"
#include "webhook/rules/challenge.h"
#include "webhook/rules/issuer.h"
#include "webhook/rules/order.h"

namespace cw::webhook {

RuleList validation_rules() {
  RuleList all;
  list_certificate_rules(all);
  list_certificate_request_rules(all);
  list_issuer_rules(all);
  list_order_rules(all);
  list_challenge_rules(all);
  list_certificate_request_policy_rules(all);
  return all;
}

}  // namespace cw::webhook
