#include "tests/unit/policy/policy_scene.h"

#include <algorithm>
#include <fstream>

#include <simdjson.h>

#include "lib/api/names.h"
#include "lib/policy/attributes.h"

namespace cw::test {
namespace {

using Strings = std::vector<std::string>;

Strings strings_at(const Json& json, const char* name) {
  const Json found = json.value(name, Json::array());
  return found.is_string() ? Strings{found.get<std::string>()} : found.get<Strings>();
}

}  // namespace

Json read_policy_cases(const std::string& file) {
  std::ifstream in(std::string(CW_TEST_DATA) + "/policy/" + file);
  return Json::parse(in);
}

policy::RequestView request_of(const Json& json) {
  policy::RequestView view;
  view.name = json.value("name", "req");
  view.name_space = json.value("namespace", "team");
  view.requester.username = json.value("user", "jane");
  view.requester.groups = kube::List<std::string>(strings_at(json, "groups"));
  const Json issuer = json.value("issuer", Json::object());
  view.issuer = {issuer.value("name", "corp"), issuer.value("kind", "Issuer"),
                 issuer.value("group", "cert-manager.io")};
  for (const policy::AttributeRow& row : policy::attribute_rows()) {
    if (row.oid.empty()) continue;
    const std::string name(row.path.substr(row.path.rfind('.') + 1));
    for (const std::string& text : strings_at(json, name.c_str())) {
      view.subject.push_back({std::string(row.oid), text, text});
    }
  }
  for (const Json& one : json.value("attributes", Json::array())) {
    const auto text = one[1].is_null() ? std::nullopt : std::optional<std::string>(one[1].get<std::string>());
    view.subject.push_back({one[0].get<std::string>(), text, text.value_or("0c01")});
  }
  view.dns_names = strings_at(json, "dnsNames");
  view.ip_addresses = strings_at(json, "ipAddresses");
  view.uris = strings_at(json, "uris");
  view.email_addresses = strings_at(json, "emailAddresses");
  for (const Json& one : json.value("otherNames", Json::array())) {
    Strings values = one.get<Strings>();
    const std::string oid = values.front();
    values.erase(values.begin());
    view.other_names.push_back({oid, values});
  }
  for (const std::string& field : strings_at(json, "unnameable")) view.unnameable.push_back({field, "never"});
  view.is_ca = json.value("isCA", false);
  view.usages = strings_at(json, "usages");
  if (json.contains("duration")) view.duration = *parse_duration(json["duration"].get<std::string>());
  if (json.contains("key")) {
    view.key = {json["key"][0].get<std::string>(), json["key"][1].get<int>()};
  } else {
    view.key = {"ECDSA", 256};
  }
  return view;
}

api::CertificateRequestPolicy policy_object(const Json& json) {
  Json spec = json;
  for (const char* name : {"name", "ready", "mode"}) spec.erase(name);
  if (!spec.contains("selector")) spec["selector"] = {{"issuerRef", Json::object()}};
  Json object{{"apiVersion", "policy.cert-manager.io/v1alpha1"},
              {"kind", "CertificateRequestPolicy"},
              {"metadata", {{"name", json.value("name", "p")}}},
              {"spec", spec}};
  if (json.contains("mode")) {
    object["metadata"]["annotations"][std::string(api::kPolicyModeAnnotation)] = json["mode"];
  }
  const Json ready = json.value("ready", Json(true));
  if (!ready.is_null()) {
    object["status"]["conditions"] = {
        {{"type", "Ready"}, {"status", ready.get<bool>() ? "True" : "False"}, {"reason", "x"}}};
  }
  return api::decode_certificate_request_policy(object).value();
}

policy::PolicyPointer policy_of(const Json& json) {
  return policy::CompiledPolicy::compile(policy_object(json));
}

std::vector<policy::PolicyPointer> policies_of(const std::vector<Json>& list) {
  std::vector<policy::PolicyPointer> out;
  for (const Json& one : list) out.push_back(policy_of(one));
  return out;
}

std::vector<std::string> fields_of(const std::vector<policy::Failure>& failures) {
  std::set<std::string> fields;
  for (const policy::Failure& failure : failures) fields.insert(failure.field);
  return {fields.begin(), fields.end()};
}

Result<std::optional<kube::Map>> SceneWorld::namespace_labels(const std::string& name) const {
  ++labels_asked;
  if (!namespaces_known) return Error{Code::Unavailable, "not synced"};
  const auto at = namespaces.find(name);
  return at != namespaces.end() ? std::optional<kube::Map>(at->second) : std::nullopt;
}

Result<std::optional<kube::Map>> SceneWorld::issuer_annotations(const api::IssuerReference& /*issuer*/,
                                                                const std::string& /*name_space*/) const {
  if (!issuers_known) return Error{Code::Unavailable, "not synced"};
  return guard;
}

Result<bool> SceneWorld::may_use(const kube::UserInfo& /*user*/, const std::string& policy,
                                 const std::string& /*name_space*/) const {
  asked.push_back(policy);
  if (failing.contains(policy)) return Error{Code::Unavailable, "no answer"};
  return everybody || bound.contains(policy);
}

std::vector<Result<bool>> SceneWorld::may_use_each(const kube::UserInfo& user,
                                                   std::span<const std::string> policies,
                                                   const std::string& name_space) const {
  std::vector<Result<bool>> answers;
  for (const std::string& policy : policies) answers.push_back(may_use(user, policy, name_space));
  return answers;
}

bool SceneWorld::probably_may_use(const kube::UserInfo& /*user*/, const std::string& policy,
                                  const std::string& /*name_space*/) const {
  return guessed.empty() ? everybody || bound.contains(policy) : guessed.contains(policy);
}

}  // namespace cw::test
