#include "schemas/validate.h"

#include <cstdint>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/kube/utf8.h"
#include "schemas/correlate.h"
#include "schemas/formats.h"
#include "schemas/number_check.h"
#include "schemas/render.h"
#include "schemas/type_check.h"

namespace cw::schemas {
namespace {

using kube::FieldError;
using kube::FieldErrorKind;

Outcome check_part(const Json& value, const Schema& schema, const Path& at, const Json* old);
Outcome check(const Json& value, const Schema& schema, const Path& at, const Json* old);

// A failure that names no field, for it is about a combination of schemas.
FieldError about_none(std::string detail) {
  return {FieldErrorKind::Invalid, std::string(kNoField), "\"\"", std::move(detail), rule_id::kJunctor};
}

std::int64_t code_points(const std::string& text) {
  std::int64_t count = 0;
  for (std::size_t at = 0; at < text.size(); at += kube::rune_at(text, at).length) ++count;
  return count;
}

// Only the first thing that is wrong with a string is told.
Outcome check_string(const std::string& text, const Schema& schema, const Path& at) {
  Outcome outcome;
  const auto invalid = [&](std::string_view what, std::string_view rule) {
    const std::string path = at.dotted();
    outcome.add({FieldErrorKind::Invalid, path, kube::quoted(text),
                 path + " in body should " + std::string(what), rule});
  };
  const CountRange& length = schema.length;
  const std::int64_t count = length.least || length.most ? code_points(text) : 0;
  if (length.most && count > *length.most) {
    FieldError error = kube::too_long(kube::FieldPath(at.dotted()), static_cast<std::size_t>(*length.most));
    error.rule = rule_id::kLength;
    outcome.add(std::move(error));
  } else if (length.least && count < *length.least) {
    invalid("be at least " + std::to_string(*length.least) + " chars long", rule_id::kLength);
  } else if (schema.pattern && !schema.pattern->found_in(text)) {
    invalid("match '" + schema.pattern->text() + "'", rule_id::kPattern);
  }
  return outcome;
}

Outcome check_format(const std::string& text, const Schema& schema, const Path& at) {
  Outcome outcome;
  if (find_format(schema.format)(text)) return outcome;
  FieldError error = wrong_type(at, schema.format, text);
  error.rule = rule_id::kFormat;
  outcome.add(std::move(error));
  return outcome;
}

FieldError too_many(const Path& at, std::size_t count, std::int64_t most) {
  return {FieldErrorKind::TooMany, at.dotted(), std::to_string(count),
          "must have at most " + std::to_string(most) + (most == 1 ? " item" : " items"), rule_id::kCount};
}

FieldError too_few(const Path& at, std::size_t count, std::int64_t least, std::string_view what) {
  const std::string path = at.dotted();
  std::string detail =
      path + " in body should have at least " + std::to_string(least) + " " + std::string(what);
  return {FieldErrorKind::Invalid, path, std::to_string(count), std::move(detail), rule_id::kCount};
}

void check_count(const CountRange& range, std::size_t count, const Path& at, std::string_view what,
                 Outcome& to) {
  const auto size = static_cast<std::int64_t>(count);
  if (range.least && size < *range.least) to.add(too_few(at, count, *range.least, what));
  if (range.most && size > *range.most) to.add(too_many(at, count, *range.most));
}

Outcome check_list(const Json& list, const Schema& schema, const Path& at, const Json* old) {
  Outcome outcome;
  if (schema.items) {
    const OldItems old_items(schema, old);
    for (std::size_t i = 0; i < list.size(); ++i) {
      outcome.merge(check_part(list[i], *schema.items, at.item(i), old_items.find(list[i])));
    }
  }
  check_count(schema.items_count, list.size(), at, "items", outcome);
  outcome.add_match();
  return outcome;
}

// An enum of numbers compares in the type of the allowed value: 1.5 counts as 1 where 1 is allowed.
bool allows(const Json& allowed, const Json& value) {
  if (!allowed.is_number() || !value.is_number()) return allowed.type() == value.type() && allowed == value;
  if (allowed.is_number_float()) return allowed.get<double>() == value.get<double>();
  return allowed.get<std::int64_t>() == value.get<std::int64_t>();
}

// null is in no enum.
Outcome check_enum(const Json& value, const Schema& schema, const Path& at) {
  Outcome outcome;
  std::vector<std::string> names;
  for (const Json& allowed : *schema.allowed_values) {
    if (!value.is_null() && allows(allowed, value)) return outcome;
    names.push_back(allowed.is_string() ? allowed.get<std::string>() : rendered(allowed));
  }
  FieldError error = kube::not_supported(kube::FieldPath(at.dotted()), rendered(value), names);
  error.rule = rule_id::kEnum;
  outcome.add(std::move(error));
  return outcome;
}

Outcome check_object(const Json& object, const Schema& schema, const Path& at, const Json* old) {
  Outcome outcome;
  check_count(schema.members, object.size(), at, "properties", outcome);
  for (const auto& [name, member] : object.items()) {
    if (schema.additional_properties && !schema.properties.contains(name)) {
      outcome.merge(
          check_part(member, *schema.additional_properties, at.key(name), find_old_member(at, old, name)));
    }
  }
  for (const auto& [name, child] : schema.properties) {
    const auto member = object.find(name);
    if (member == object.end()) continue;
    outcome.merge(check_part(*member, *child, at.member(name), find_old_member(at, old, name)));
  }
  for (const std::string& name : schema.required) {
    if (object.contains(name)) continue;
    FieldError error = kube::required(kube::FieldPath(at.member(name).dotted()), {});
    error.rule = rule_id::kRequired;
    outcome.add(std::move(error));
  }
  return outcome;
}

// Where no branch fits, the failures of the one that came closest are shown.
void keep_closest(Outcome& closest, bool& any, Outcome candidate) {
  if (any && candidate.matches() <= closest.matches()) return;
  closest = std::move(candidate);
  any = true;
}

void check_any_of(const Json& value, const Schema& schema, const Path& at, const Json* old, Outcome& to) {
  Outcome closest;
  bool any = false;
  for (const SchemaPtr& branch : schema.any_of) {
    Outcome outcome = check(value, *branch, at, old);
    if (outcome.accepted()) {
      to.merge(std::move(outcome));
      return;
    }
    keep_closest(closest, any, std::move(outcome));
  }
  to.add(about_none(kube::quoted(at.dotted()) + " must validate at least one schema (anyOf)"));
  to.merge(std::move(closest));
}

void check_one_of(const Json& value, const Schema& schema, const Path& at, const Json* old, Outcome& to) {
  Outcome closest;
  bool any = false;
  Outcome accepted;
  int valid = 0;
  for (const SchemaPtr& branch : schema.one_of) {
    Outcome outcome = check(value, *branch, at, old);
    if (outcome.accepted()) {
      if (++valid == 1) accepted = std::move(outcome);
    } else if (valid == 0) {
      keep_closest(closest, any, std::move(outcome));
    }
  }
  if (valid == 1) {
    to.merge(std::move(accepted));
    return;
  }
  const std::string found =
      valid == 0 ? "Found none valid" : "Found " + std::to_string(valid) + " valid alternatives";
  to.add(about_none(kube::quoted(at.dotted()) + " must validate one and only one schema (oneOf). " + found));
  if (valid == 0) to.merge(std::move(closest));
}

void check_all_of(const Json& value, const Schema& schema, const Path& at, const Json* old, Outcome& to) {
  std::size_t valid = 0;
  for (const SchemaPtr& branch : schema.all_of) {
    Outcome outcome = check(value, *branch, at, old);
    if (outcome.accepted()) ++valid;
    to.merge(std::move(outcome));
  }
  if (valid == schema.all_of.size()) return;
  const std::string_view none = valid == 0 ? ". None validated" : "";
  to.add(
      about_none(kube::quoted(at.dotted()) + " must validate all the schemas (allOf)" + std::string(none)));
}

Outcome check_junctors(const Json& value, const Schema& schema, const Path& at, const Json* old) {
  Outcome outcome;
  if (!schema.any_of.empty()) check_any_of(value, schema, at, old, outcome);
  if (!schema.one_of.empty()) check_one_of(value, schema, at, old, outcome);
  if (!schema.all_of.empty()) check_all_of(value, schema, at, old, outcome);
  if (schema.negated && check(value, *schema.negated, at, old).accepted()) {
    outcome.add(about_none(kube::quoted(at.dotted()) + " must not validate the schema (not)"));
  }
  outcome.add_match();
  return outcome;
}

Outcome check_type(const Json& value, const Schema& schema, const Path& at) {
  Outcome outcome;
  if (auto failure = find_type_failure(value, schema, at)) {
    outcome.add(*std::move(failure));
  } else {
    outcome.add_match();
  }
  return outcome;
}

// In kube-openapi's order; each check that applies to this kind of value counts as one more match.
Outcome check(const Json& value, const Schema& schema, const Path& at, const Json* old) {
  Outcome outcome;
  const auto applies = [&outcome](Outcome part) {
    outcome.merge(std::move(part));
    outcome.add_match();
  };
  const Kind kind = kind_of(value);
  if (kind == Kind::Null) {
    outcome.merge(check_type(value, schema, at));
    if (schema.allowed_values) outcome.merge(check_enum(value, schema, at));
    return outcome;
  }
  if (schema.type != Type::Unstated || schema.int_or_string || !schema.format.empty()) {
    applies(check_type(value, schema, at));
  }
  applies(check_junctors(value, schema, at, old));
  if (kind == Kind::String) {
    const auto& text = value.get_ref<const std::string&>();
    applies(check_string(text, schema, at));
    if (find_format(schema.format) != nullptr) applies(check_format(text, schema, at));
  }
  if (kind == Kind::Integer || kind == Kind::Float) applies(check_number(value, schema, at));
  if (kind == Kind::List) applies(check_list(value, schema, at, old));
  applies(schema.allowed_values ? check_enum(value, schema, at) : Outcome());
  if (kind == Kind::Object) applies(check_object(value, schema, at, old));
  outcome.add_match();
  return outcome;
}

Outcome check_part(const Json& value, const Schema& schema, const Path& at, const Json* old) {
  Outcome outcome = check(value, schema, at, old);
  if (!outcome.accepted() && old != nullptr && *old == value) outcome.forgive();
  return outcome;
}

}  // namespace

kube::FieldErrors validate(const Json& value, const Schema& schema, const Json* old) {
  return check_part(value, schema, Path(), old).take();
}

}  // namespace cw::schemas
