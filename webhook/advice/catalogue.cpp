#include "webhook/advice/catalogue.h"

#include <algorithm>

#include "webhook/advice/parts.h"

namespace cw::webhook {

const AdviceInfoList& advice_rules() {
  static const AdviceInfoList kRules = [] {
    AdviceInfoList all;
    list_advice(all, certificate_issuer_advice());
    list_advice(all, name_advice());
    list_advice(all, secret_advice());
    list_advice(all, usage_advice());
    list_advice(all, renewal_advice());
    list_advice(all, duplicate_advice());
    list_advice(all, acme_advice());
    list_advice(all, ca_advice());
    list_advice(all, request_issuer_advice());
    list_advice(all, request_key_advice());
    list_advice(all, issuer_advice());
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return all;
  }();
  return kRules;
}

}  // namespace cw::webhook
