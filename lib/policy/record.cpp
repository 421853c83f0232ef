// The record of a verdict as JSON, and the report that is made of it.
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/kube/json_access.h"
#include "lib/policy/explain.h"
#include "lib/policy/request_facts.h"
#include "lib/policy/words.h"

namespace cw::policy {
namespace {

using kube::Json;
using kube::text_member;

Json json_of(const std::vector<Failure>& failures) {
  Json all = Json::array();
  for (const Failure& failure : failures) {
    all.push_back({{"field", failure.field},
                   {"value", failure.shown},
                   {"detail", failure.detail},
                   {"internal", failure.internal},
                   {"hint", failure.hint}});
  }
  return all;
}

void set_list(Json& to, std::string_view name, const std::vector<std::string>& texts) {
  if (!texts.empty()) to[std::string(name)] = texts;
}

Json json_of(const RequestView& view) {
  Json request{
      {"namespace", view.name_space},
      {"name", view.name},
      {"user", view.requester.username},
      {"issuer", {{"name", view.issuer.name}, {"kind", view.issuer.kind}, {"group", view.issuer.group}}},
      {"isCA", view.is_ca},
      {"key", {{"algorithm", view.key.algorithm}, {"size", view.key.size}}}};
  set_list(request, "dnsNames", view.dns_names);
  set_list(request, "ipAddresses", view.ip_addresses);
  set_list(request, "uris", view.uris);
  set_list(request, "emailAddresses", view.email_addresses);
  set_list(request, "usages", view.usages);
  for (const SubjectValue& value : view.subject) {
    request["subject"].push_back({{"oid", value.oid}, {"value", value.text.value_or(value.shown)}});
  }
  for (const OtherNameValues& names : view.other_names) {
    request["otherNames"].push_back({{"oid", names.oid}, {"values", names.values}});
  }
  if (view.duration) request["duration"] = format_duration(*view.duration);
  return request;
}

void append_failures(std::string& text, const Json& failures, std::string_view indent) {
  for (const Json& failure : failures) {
    text.append(indent).append("- ");
    std::string line = text_member(failure, "field");
    if (kube::true_member(failure, "internal")) line += line.empty() ? "internal error" : ": internal error";
    for (const char* part : {"value", "detail"}) {
      const std::string shown = text_member(failure, part);
      if (!shown.empty()) line.append(line.empty() ? "" : ": ").append(shown);
    }
    text.append(one_line(line)).append("\n");
    const std::string hint = one_line(text_member(failure, "hint"));
    if (!hint.empty()) text.append(indent).append("  fix: ").append(hint).append("\n");
  }
}

void append_policy(std::string& text, const Json& policy) {
  const std::string stage = text_member(policy, "stage");
  text += "  " + text_member(policy, "name") + " [" + stage + "]\n";
  const Json& failures = kube::array_member(policy, "failures");
  const std::string why = one_line(text_member(policy, "why"));
  // Of one that fails the sentence is its first failure, which follows.
  if (!why.empty() && !(stage == word_of(Stage::Fails) && !failures.empty())) text += "    " + why + "\n";
  append_failures(text, failures, "    ");
}

}  // namespace

Json to_json(const Verdict& verdict, const RequestView& view) {
  Json policies = Json::array();
  for (const PolicyOutcome& outcome : verdict.outcomes) {
    policies.push_back({{"name", outcome.policy},
                        {"stage", word_of(outcome.stage)},
                        {"why", outcome.why},
                        {"failures", json_of(outcome.failures)}});
  }
  return {{"verdict", word_of(verdict.answer)}, {"policy", verdict.policy},
          {"message", verdict.message},         {"request", json_of(view)},
          {"guard", json_of(verdict.guard)},    {"policies", std::move(policies)}};
}

std::string report(const Verdict& verdict, const RequestView& view) { return report(to_json(verdict, view)); }

std::string report(const Json& record) {
  const Json& request = kube::object_member(record, "request");
  const Json& issuer = kube::object_member(request, "issuer");
  const Json& guard = kube::array_member(record, "guard");
  const Json& policies = kube::array_member(record, "policies");
  const std::string verdict = text_member(record, "verdict");
  const std::string policy = text_member(record, "policy");
  std::string text = verdict;
  if (!policy.empty()) text += " by policy " + policy;
  text +=
      ": namespace " + text_member(request, "namespace") + ", " +
      issuer_text({text_member(issuer, "name"), text_member(issuer, "kind"), text_member(issuer, "group")}) +
      ", user " + text_member(request, "user") + "\n";
  // What the lists below say better.
  const bool is_listed =
      verdict == word_of(Answer::Approved) || (verdict == word_of(Answer::Denied) && policy.empty());
  if (!is_listed || policies.empty()) text += one_line(text_member(record, "message")) + "\n";
  if (!guard.empty()) {
    text += "issuer guard\n";
    append_failures(text, guard, "  ");
  }
  if (!policies.empty()) text += "policies\n";
  for (const Json& one : policies) append_policy(text, one);
  return text;
}

}  // namespace cw::policy
