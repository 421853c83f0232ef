#include "apiserver/typed_check.h"

#include <set>
#include <vector>

#include <nlohmann/json.hpp>

#include "apiserver/field_set.h"
#include "apiserver/json_access.h"
#include "apiserver/wire/go_words.h"

namespace cw::apiserver {
namespace {

using Errors = std::vector<std::string>;

std::string go_type(const Json& value) {
  if (value.is_string()) return "string";
  if (value.is_boolean()) return "bool";
  return value.is_array() ? "[]interface {}" : "map[string]interface {}";
}

// What is wrong with the form of the value, as the field's library says it; nullopt if nothing is.
std::optional<std::string> wrong_form(const Json& value, ValueForm form) {
  const std::string shown = "&{" + go_print(value) + "}";
  switch (form) {
    case ValueForm::Map:
      if (!value.is_object()) return "expected map, got " + shown;
      break;
    case ValueForm::List:
      if (!value.is_array()) return "expected list, got " + shown;
      break;
    case ValueForm::Text:
      if (!value.is_string()) {
        return "expected string, got &value.valueUnstructured{Value:" + go_syntax(value) + "}";
      }
      break;
    case ValueForm::Numeric:
      if (!value.is_number()) return "expected numeric (int or float), got " + go_type(value);
      break;
    case ValueForm::Boolean:
      if (!value.is_boolean()) return "expected boolean, got " + shown;
      break;
    case ValueForm::Scalar:
      if (value.is_structured()) return "expected any scalar, got " + shown;
      break;
    case ValueForm::Anything:
      break;
  }
  return std::nullopt;
}

class Checking {
 public:
  void check(const Json& value, const MergeType& type, const std::string& at) {
    if (value.is_null()) return;
    if (const auto wrong = wrong_form(value, type.form())) {
      errors_.push_back(at.empty() ? *wrong : at + ": " + *wrong);
    } else if (value.is_object()) {
      check_members(value, type, at);
    } else if (value.is_array()) {
      check_items(value, type, at);
    }
  }

  const Errors& errors() const { return errors_; }

 private:
  void check_members(const Json& value, const MergeType& type, const std::string& at) {
    for (const auto& [name, member] : value.items()) {
      const std::string inner = at + "." + name;
      if (type.declares(name)) {
        check(member, type.member(name), inner);
      } else {
        errors_.push_back(inner + ": field not declared in schema");
      }
    }
  }

  void check_items(const Json& value, const MergeType& type, const std::string& at) {
    const bool by_element = type.kind(value) != MergeKind::Leaf;
    std::set<std::string> seen;
    std::size_t index = 0;
    for (const Json& item : value) {
      std::string shown = "[" + std::to_string(index) + "]";
      if (by_element) {
        if (const auto problem = type.item_problem(item)) {
          errors_.push_back(at + ": element " + std::to_string(index) + ": " + *problem);
          return;  // as there nothing is said of what follows
        }
        FieldSet set;
        set.insert({type.element_of_item(item)});
        shown = shown_paths(set).front();
        if (!seen.insert(shown).second) errors_.push_back(at + ": duplicate entries for key " + shown);
      }
      check(item, type.item(), at + shown);
      ++index;
    }
  }

  Errors errors_;
};

}  // namespace

std::optional<std::string> find_untyped(const Json& config, const MergeType& type) {
  Checking checking;
  checking.check(config, type, "");
  const Errors& errors = checking.errors();
  if (errors.empty()) return std::nullopt;
  if (errors.size() == 1) return errors.front();
  std::string lines = "errors:";
  for (const std::string& error : errors) lines += "\n  " + error;
  return lines;
}

}  // namespace cw::apiserver
