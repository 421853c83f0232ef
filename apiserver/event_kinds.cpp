#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "apiserver/core_kinds.h"
#include "apiserver/data_rules.h"
#include "apiserver/json_access.h"
#include "lib/kube/names.h"

namespace cw::apiserver {
namespace {

using kube::FieldPath;

constexpr std::size_t kMaxWord = 128;
constexpr std::size_t kMaxNote = 1024;

// An event is in the namespace of its object; that of an object without one in the default one.
FieldErrors check_event_namespace(const Json& event) {
  const std::string own = metadata_text(event, "namespace");
  const std::string involved = text_at(event, {"involvedObject", "namespace"});
  if (involved.empty() ? own == "default" : own == involved) return {};
  return {kube::invalid(FieldPath("involvedObject").child("namespace"), kube::quoted(involved),
                        "does not match event.namespace")};
}

FieldErrors check_word(const Json& event, const char* member) {
  const std::string word = text_member(event, member);
  if (word.empty()) return {kube::required(FieldPath(member), "")};
  if (word.size() <= kMaxWord) return {};
  return {kube::invalid(FieldPath(member), kube::quoted(word),
                        "can have at most " + std::to_string(kMaxWord) + " characters")};
}

FieldErrors check_reporter(const Json& event) {
  const FieldPath at("reportingController");
  const std::string reporter = text_member(event, "reportingComponent");
  FieldErrors errors;
  if (reporter.empty()) errors.push_back(kube::required(at, ""));
  for (std::string& problem : kube::qualified_name_problems(reporter)) {
    errors.push_back(kube::invalid(at, kube::quoted(reporter), std::move(problem)));
  }
  return errors;
}

// The stored form, written through the newer API.
FieldErrors check_new_event(const Json& event) {
  FieldErrors errors = check_event_namespace(event);
  const Json* time = find_member(event, "eventTime");
  if (time == nullptr || time->is_null()) errors.push_back(kube::required(FieldPath("eventTime"), ""));
  append(errors, check_reporter(event));
  append(errors, check_word(event, "reportingInstance"));
  append(errors, check_word(event, "action"));
  append(errors, check_word(event, "reason"));
  const std::string note = text_member(event, "message");
  if (note.size() > kMaxNote) {
    errors.push_back(
        kube::invalid(FieldPath("message"), kube::quoted(note), "can have at most 1024 characters"));
  }
  const std::string type = text_member(event, "type");
  if (type != "Normal" && type != "Warning") {
    errors.push_back(kube::invalid(FieldPath("type"), kube::quoted(type), "has invalid value: " + type));
  }
  return errors;
}

// Served name, stored name.
constexpr std::array<std::pair<const char*, const char*>, 7> kRenamed{{
    {"note", "message"},
    {"regarding", "involvedObject"},
    {"reportingController", "reportingComponent"},
    {"deprecatedCount", "count"},
    {"deprecatedFirstTimestamp", "firstTimestamp"},
    {"deprecatedLastTimestamp", "lastTimestamp"},
    {"deprecatedSource", "source"},
}};

void move_member(Json& object, const char* from, const char* to) {
  const auto at = object.find(from);
  if (at == object.end()) return;
  Json value = std::move(*at);
  object.erase(from);
  object[to] = std::move(value);
}

Json to_core_event(const Json& served) {
  Json stored = served;
  for (const auto& [served_name, stored_name] : kRenamed) move_member(stored, served_name, stored_name);
  stored["apiVersion"] = "v1";
  for (const char* always : {"reportingComponent", "reportingInstance"}) {
    if (!stored.contains(always)) stored[always] = "";
  }
  return stored;
}

Json to_events_api(const Json& stored) {
  Json served = stored;
  for (const auto& [served_name, stored_name] : kRenamed) move_member(served, stored_name, served_name);
  served["apiVersion"] = "events.k8s.io/v1";
  for (const char* optional : {"reportingController", "reportingInstance"}) {
    if (text_member(served, optional).empty()) served.erase(optional);
  }
  return served;
}

constexpr Conversion kEventConversion{to_core_event, to_events_api};

}  // namespace

KindRules event_rules() { return {.check = check_event_namespace}; }

KindRules events_api_rules() { return {.check = check_new_event}; }

const Conversion& event_conversion() { return kEventConversion; }

}  // namespace cw::apiserver
