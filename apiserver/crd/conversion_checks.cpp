#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/crd/definition_kind.h"
#include "apiserver/data_rules.h"
#include "apiserver/json_access.h"
#include "apiserver/webhooks/configuration_checks.h"
#include "lib/base/encoding.h"
#include "lib/pki/certificate.h"

namespace cw::apiserver {
namespace {

using kube::FieldPath;

const Json& conversion_member(const Json& definition) {
  return object_member(object_member(definition, "spec"), "conversion");
}

// In Go's words; empty: none. What has nothing but space counts as none at all.
std::string bundle_problem(const Json& webhook) {
  const std::string shown = text_member(object_member(webhook, "clientConfig"), "caBundle");
  const std::string pem = decode_base64(shown).value_or(std::string());
  if (pem.empty()) return {};
  constexpr const char* kProblem = "unable to load root certificates: ";
  if (pem.find("-----BEGIN") == std::string::npos) {
    return std::string(kProblem) + "unable to parse bytes as PEM block";
  }
  const auto bundle = pki::Certificate::parse_bundle(pem);
  return bundle ? std::string() : kProblem + ("failed to parse certificate: " + bundle.error().message);
}

bool speaks_known(const Json& versions) {
  return versions.empty() || std::any_of(versions.begin(), versions.end(), [](const Json& version) {
           return version == "v1" || version == "v1beta1";
         });
}

// A bundle that cannot be read may stay where it is, and come before the kind is served.
bool is_bundle_judged(const Json* old) {
  return old != nullptr && condition_status(*old, "Established") == "True" &&
         bundle_problem(object_member(conversion_member(*old), "webhook")).empty();
}

FieldErrors check_webhook(const Json& webhook, const Json* old, const FieldPath& at) {
  FieldErrors errors;
  const FieldPath client_at = at.child("webhookClientConfig");
  const Json* client = find_member(webhook, "clientConfig");
  if (client == nullptr || client->is_null()) {
    errors.push_back(kube::required(client_at, "required when strategy is set to Webhook"));
  } else {
    append(errors, webhooks::check_client(*client, client_at));
    const std::string problem = is_bundle_judged(old) ? bundle_problem(webhook) : std::string();
    if (!problem.empty()) {
      errors.push_back(kube::invalid(client_at.child("caBundle"),
                                     kube::quoted(text_member(*client, "caBundle")), problem));
    }
  }
  const Json* webhook_before = old != nullptr ? find_member(conversion_member(*old), "webhook") : nullptr;
  const bool needs_known =
      webhook_before == nullptr || speaks_known(array_member(*webhook_before, "conversionReviewVersions"));
  append(errors, webhooks::check_review_versions(array_member(webhook, "conversionReviewVersions"),
                                                 at.child("conversionReviewVersions"), "", needs_known));
  return errors;
}

}  // namespace

FieldErrors check_conversion(const Json& definition, const Json* old) {
  FieldErrors errors;
  const FieldPath at = FieldPath("spec").child("conversion");
  const Json& conversion = conversion_member(definition);
  const Json& webhook = object_member(conversion, "webhook");
  const std::string strategy = text_member(conversion, "strategy");
  if (strategy != "None" && true_member(object_member(definition, "spec"), "preserveUnknownFields")) {
    errors.push_back(kube::invalid(at.child("strategy"), kube::quoted(strategy),
                                   "must be None if spec.preserveUnknownFields is true"));
  }
  if (strategy == "Webhook") {
    append(errors, check_webhook(webhook, old, at));
    return errors;
  }
  if (strategy.empty()) {
    errors.push_back(kube::required(at.child("strategy"), ""));
  } else if (strategy != "None") {
    errors.push_back(kube::not_supported(at.child("strategy"), kube::quoted(strategy), {"None", "Webhook"}));
  }
  constexpr const char* kOdd = "should not be set when strategy is not set to Webhook";
  const Json* client = find_member(webhook, "clientConfig");
  if (client != nullptr && !client->is_null()) {
    errors.push_back(kube::forbidden(at.child("webhookClientConfig"), kOdd));
  }
  if (!array_member(webhook, "conversionReviewVersions").empty()) {
    errors.push_back(kube::forbidden(at.child("conversionReviewVersions"), kOdd));
  }
  return errors;
}

}  // namespace cw::apiserver
