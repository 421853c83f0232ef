#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "apiserver/core_kinds.h"
#include "apiserver/data_rules.h"
#include "apiserver/json_access.h"
#include "apiserver/kinds/kind_checks.h"
#include "lib/kube/names.h"

namespace cw::apiserver {
namespace {

using kube::FieldPath;

constexpr std::size_t kMaxWord = 128;
constexpr std::size_t kMaxNote = 1024;

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

// Events that tell one moment name who reports them, and what was done; older ones say less.
bool has_moment(const Json& event) {
  const Json* time = find_member(event, "eventTime");
  return time != nullptr && !time->is_null();
}

// An event is in the namespace of its object; that of an object without one in the default one.
FieldErrors check_event_namespace(const Json& event) {
  const std::string own = metadata_text(event, "namespace");
  const std::string involved = text_at(event, {"involvedObject", "namespace"});
  const bool has_time = has_moment(event);
  const bool fits =
      involved.empty() ? own == "default" || (has_time && own == "kube-system") : has_time || own == involved;
  if (fits) return {};
  return {kube::invalid(FieldPath("involvedObject").child("namespace"), kube::quoted(involved),
                        "does not match event.namespace")};
}

// Their values are not shown.
kube::FieldError too_many_characters(const char* member, std::size_t limit) {
  return kube::invalid(FieldPath(member), kube::quoted(""),
                       "can have at most " + std::to_string(limit) + " characters");
}

FieldErrors check_word(const Json& event, const char* member) {
  const std::string word = text_member(event, member);
  if (word.empty()) return {kube::required(FieldPath(member), "")};
  if (word.size() > kMaxWord) return {too_many_characters(member, kMaxWord)};
  return {};
}

FieldErrors check_reporter(const Json& event, const char* name) {
  const FieldPath at(name);
  const std::string reporter = text_member(event, "reportingComponent");
  FieldErrors errors;
  if (reporter.empty()) errors.push_back(kube::required(at, ""));
  for (std::string& problem : kube::qualified_name_problems(reporter)) {
    errors.push_back(kube::invalid(at, kube::quoted(reporter), std::move(problem)));
  }
  return errors;
}

// Of the stored form, through either API; they name the reporter differently.
FieldErrors check_any_event(const Json& event, const char* reporter) {
  FieldErrors errors = check_event_namespace(event);
  if (!has_moment(event)) return errors;
  append(errors, check_reporter(event, reporter));
  append(errors, check_word(event, "reportingInstance"));
  append(errors, check_word(event, "action"));
  append(errors, check_word(event, "reason"));
  if (text_member(event, "message").size() > kMaxNote) {
    errors.push_back(too_many_characters("message", kMaxNote));
  }
  return errors;
}

FieldErrors check_old_api(const Json& event) { return check_any_event(event, "reportingComponent"); }
FieldErrors check_new_api(const Json& event) { return check_any_event(event, "reportingController"); }

FieldErrors check_series(const Json& event) {
  const Json* series = find_member(event, "series");
  if (series == nullptr) return {};
  FieldErrors errors;
  const Json* count = find_member(*series, "count");
  if (count == nullptr || *count < 2) {
    errors.push_back(kube::invalid(FieldPath("series.count"), kube::quoted(""), "should be at least 2"));
  }
  if (text_member(*series, "lastObservedTime").empty()) {
    errors.push_back(kube::required(FieldPath("series.lastObservedTime"), ""));
  }
  return errors;
}

// What the newer API asks of a new one beside, in the stored form.
FieldErrors check_new_event(const Json& served) {
  const Json event = to_core_event(served);
  FieldErrors errors = check_series(event);
  const std::string name = metadata_text(event, "name");
  if (!name.empty()) {
    add_problems(errors, FieldPath("metadata").child("name"), name, kube::subdomain_problems(name));
  }
  if (!has_moment(event)) errors.push_back(kube::required(FieldPath("eventTime"), ""));
  const std::string type = text_member(event, "type");
  if (type != "Normal" && type != "Warning") {
    errors.push_back(kube::invalid(FieldPath("type"), kube::quoted(""), "has invalid value: " + type));
  }
  for (const char* member : {"firstTimestamp", "lastTimestamp", "count", "source"}) {
    const Json* value = find_member(event, member);
    if (value == nullptr || value->is_null() || value->empty() || *value == 0) continue;
    errors.push_back(kube::invalid(FieldPath(member), kube::quoted(""), "needs to be unset"));
  }
  return errors;
}

// As Go shows what stands for no value.
std::string shown_value(const Json* value) { return value == nullptr ? kube::quoted("") : dumped(*value); }

// Through the newer API nothing but the series, and who it relates to in metadata, changes.
FieldErrors check_event_change(const Json& next, const Json& old) {
  const Json event = to_core_event(next);
  const Json before = to_core_event(old);
  FieldErrors errors;
  const auto differs = [&](const char* member) {
    const Json* value = find_member(event, member);
    const Json* last = find_member(before, member);
    return value == nullptr || last == nullptr ? value != last : *value != *last;
  };
  if (differs("series")) append(errors, check_series(event));
  for (const char* member :
       {"involvedObject", "reason", "message", "source", "firstTimestamp", "lastTimestamp", "count", "reason",
        "type", "eventTime", "action", "related", "reportingComponent", "reportingInstance"}) {
    if (!differs(member)) continue;
    const std::string_view name = member;
    const FieldPath at(name == "reportingComponent" ? "reportingController" : name);
    errors.push_back(kube::invalid(at, shown_value(find_member(event, member)), "field is immutable"));
  }
  return errors;
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

KindRules event_rules() { return {.check = check_old_api}; }

KindRules events_api_rules() {
  return {.check = check_new_api, .check_create = check_new_event, .check_update = check_event_change};
}

const Conversion& event_conversion() { return kEventConversion; }

}  // namespace cw::apiserver
