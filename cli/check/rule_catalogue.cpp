#include "cli/check/rule_catalogue.h"

#include <array>
#include <map>

#include "cli/check/finding.h"
#include "schemas/outcome.h"
#include "webhook/plugin_rules.h"
#include "webhook/rules/catalogue.h"

namespace cw::cli::check {
namespace {

struct Described {
  std::string_view id;
  std::string_view text;
};

namespace schema = schemas::rule_id;

constexpr std::array kDescribed = {
    Described{rule_id::kUnreadable, "A file cannot be read, or not to its end."},
    Described{rule_id::kMalformed, "The text is not YAML or JSON that kubectl reads, or exceeds a limit."},
    Described{rule_id::kRepeated, "A member stands more than once in its object: only the last one counts."},
    Described{rule_id::kTooMany, "More is wrong than is shown."},
    Described{rule_id::kMetadata, "Names, labels, annotations and finalizers must be well-formed."},
    Described{rule_id::kWarning, "The webhook admits the object with a warning."},
    Described{schema::kType, "The value has not the type that the schema states."},
    Described{schema::kRequired, "A required field is missing."},
    Described{schema::kEnum, "The value is none of those that are allowed."},
    Described{schema::kFormat, "The text has not the format that the schema states."},
    Described{schema::kPattern, "The text does not match the pattern of the schema."},
    Described{schema::kLength, "The text is too long or too short."},
    Described{schema::kRange, "The number is out of range."},
    Described{schema::kCount, "There are too many or too few items or members."},
    Described{schema::kJunctor, "None, or not exactly one, of several alternatives of the schema fits."},
    Described{schema::kDuplicateKey, "An item of a list has the keys of another."},
    Described{schema::kRule, "A validation rule of the schema is broken."},
    Described{schema::kResource, "apiVersion, kind or name does not name an object that is served."},
    Described{schema::kUnknownField, "The field is unknown and would be dropped."},
    Described{schema::kJsonSchema, "The object does not fit the JSON Schema of its kind."},
    Described{schema::kMalformed, "The object cannot be decoded."},
};

using Sources = std::map<std::string_view, std::string_view>;

const Sources& sources() {
  static const Sources kAll = [] {
    Sources all;
    for (const webhook::RuleInfo& rule : webhook::validation_rules()) all.emplace(rule.id, rule.source);
    for (const webhook::RuleInfo& rule : webhook::plugin_rules()) all.emplace(rule.id, rule.source);
    return all;
  }();
  return kAll;
}

}  // namespace

std::string describe_rule(std::string_view id) {
  for (const Described& one : kDescribed) {
    if (one.id == id) return std::string(one.text);
  }
  if (id.starts_with("advice."))
    return "Advice: admitted, but hardly what is meant (" + std::string(id) + ").";
  return "A rule of the admission webhook (" + std::string(id) + ").";
}

std::string source_of_rule(std::string_view id) {
  const auto found = sources().find(id);
  return found != sources().end() ? std::string(found->second) : std::string();
}

}  // namespace cw::cli::check
