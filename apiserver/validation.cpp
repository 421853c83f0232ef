#include "apiserver/validation.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "apiserver/data_rules.h"
#include "apiserver/json_access.h"
#include "apiserver/metadata_rules.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;

bool is_event(const ResourceRow& row) { return row.family != Family::Custom && row.resource.kind == "Event"; }

Outcome<Done> outcome_of(const FieldErrors& errors, const Json& object, const ResourceRow& row) {
  if (errors.empty()) return Done{};
  // Of a custom resource the object's own kind, which may be what is wrong.
  const std::string kind =
      row.family == Family::Custom ? text_member(object, "kind") : std::string(row.resource.kind);
  // Under both its APIs an Event is the one of the core.
  const std::string_view group = is_event(row) ? "" : row.resource.group;
  return kube::invalid(kind, group, metadata_text(object, "name"), errors);
}

// The layers of kube-apiserver check metadata anew, and each adds to the causes.
void append_times(FieldErrors& to, const FieldErrors& errors, int times) {
  for (int i = 0; i < times; ++i) append(to, errors);
}

Json in_stored_form(const Json& object, const ResourceRow& row) {
  return row.conversion != nullptr ? row.conversion->to_stored(object) : object;
}

FieldErrors check_core(const Json& object, const ResourceRow& row) {
  if (row.rules.check == nullptr) return {};
  return row.rules.check(in_stored_form(object, row));
}

FieldErrors check_core_update(const Json& next, const Json& old, const ResourceRow& row) {
  FieldErrors errors = check_core(next, row);
  FieldErrors changes = row.rules.check_update != nullptr ? row.rules.check_update(next, old) : FieldErrors();
  if (row.rules.update_first) std::swap(errors, changes);
  append(errors, std::move(changes));
  return errors;
}

FieldErrors check_part(const Json& next, const Json& old, const ResourceRow& row, ObjectPart part) {
  if (row.family == Family::Custom) return {};
  FieldErrors errors;
  append_times(errors, check_metadata(next, row), 1);
  append_times(errors, check_metadata_update(next, old), 2);
  if (row.rules.check_part != nullptr) append(errors, row.rules.check_part(next, old, part));
  return errors;
}

}  // namespace

Outcome<Done> validate_create(const Json& object, const ResourceRow& row) {
  // Of an Event metadata is looked at last.
  const bool metadata_last = is_event(row);
  FieldErrors errors;
  if (!metadata_last) errors = check_metadata(object, row);
  if (row.family == Family::Custom) {
    append(errors, schemas::validate_object(object, row.custom->object));
  } else {
    append(errors, check_core(object, row));
    if (row.rules.check_create != nullptr) append(errors, row.rules.check_create(object));
  }
  if (metadata_last) append(errors, check_metadata(object, row));
  return outcome_of(errors, object, row);
}

Outcome<Done> validate_update(const Json& next, const Json& old, const ResourceRow& row, ObjectPart part) {
  if (part == ObjectPart::Status && row.family == Family::Custom) {
    return outcome_of(schemas::validate_status(next, row.custom->object, old), next, row);
  }
  if (part != ObjectPart::Whole) return outcome_of(check_part(next, old, row, part), next, row);
  FieldErrors errors;
  const bool custom = row.family == Family::Custom;
  append_times(errors, check_metadata(next, row), custom ? 3 : 2);
  append_times(errors, check_metadata_update(next, old), 2);
  append(errors, custom ? schemas::validate_object(next, row.custom->object, &old)
                        : check_core_update(next, old, row));
  return outcome_of(errors, next, row);
}

}  // namespace cw::apiserver
