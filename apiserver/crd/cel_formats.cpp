// Functions of Kubernetes that tell whether a text has a form: isIP, isCIDR, isURL, isQuantity and the
// formats by name ("format.dns1123Label().validate(…)").
#include <array>

#include "apiserver/crd/cel_functions.h"
#include "apiserver/kinds/quantity.h"
#include "apiserver/plain_cel.h"
#include "lib/kube/names.h"
#include "schemas/formats.h"

namespace cw::apiserver {
namespace {

using cel::Function;
using cel::Kind;
using cel::Type;
using cel::Value;
using Arguments = std::vector<Value>;

constexpr std::string_view kFormatType = "kubernetes.NamedFormat";
constexpr std::string_view kOptionalTexts = "optional_type(list(string))";

bool has_format(std::string_view text, const char* format) {
  const schemas::FormatCheck check = schemas::find_format(format);
  return check != nullptr && check(text);
}

kube::Problems of_format(std::string_view text, const char* format, const char* problem) {
  return has_format(text, format) ? kube::Problems() : kube::Problems{problem};
}

// The name of an object before random letters are put behind it.
std::string as_prefix(std::string_view text) { return std::string(text) + "x"; }

struct NamedFormat {
  std::string_view function;
  kube::Problems (*problems)(std::string_view text);
};
constexpr std::array kFormats{
    NamedFormat{"format.dns1123Label", kube::label_problems},
    NamedFormat{"format.dns1123Subdomain", kube::subdomain_problems},
    NamedFormat{"format.dns1035Label", kube::rfc1035_label_problems},
    NamedFormat{"format.qualifiedName", kube::qualified_name_problems},
    NamedFormat{"format.labelValue", kube::label_value_problems},
    NamedFormat{"format.dns1123LabelPrefix",
                [](std::string_view text) { return kube::label_problems(as_prefix(text)); }},
    NamedFormat{"format.dns1123SubdomainPrefix",
                [](std::string_view text) { return kube::subdomain_problems(as_prefix(text)); }},
    NamedFormat{"format.dns1035LabelPrefix",
                [](std::string_view text) { return kube::rfc1035_label_problems(as_prefix(text)); }},
    NamedFormat{"format.uri", [](std::string_view text) { return of_format(text, "uri", "invalid URI"); }},
    NamedFormat{
        "format.uuid",
        [](std::string_view text) { return of_format(text, "uuid", "does not match the UUID format"); }},
    NamedFormat{"format.byte",
                [](std::string_view text) { return of_format(text, "byte", "invalid base64"); }},
    NamedFormat{"format.date", [](std::string_view text) { return of_format(text, "date", "invalid date"); }},
    NamedFormat{"format.datetime",
                [](std::string_view text) { return of_format(text, "datetime", "invalid datetime"); }},
};

Value object_of(std::string_view type, std::vector<Value> fields) {
  return Value(
      Value::Variant(cel::ObjectValue{type, std::make_shared<const std::vector<Value>>(std::move(fields))}));
}

// Empty if the text has the format, else what is wrong.
Result<Value> validate(const Arguments& arguments) {
  const auto* format = arguments[0].as<cel::ObjectValue>();
  const auto* index = format != nullptr && format->fields && !format->fields->empty()
                          ? format->fields->front().as<std::int64_t>()
                          : nullptr;
  if (index == nullptr) return Error{Code::Invalid, "no such overload"};
  const kube::Problems problems = kFormats[static_cast<std::size_t>(*index)].problems(text_of(arguments[1]));
  if (problems.empty()) return object_of(kOptionalTexts, {});
  return object_of(kOptionalTexts, {Value::of(problems)});
}

const Value* held(const Value& optional) {
  const auto* object = optional.as<cel::ObjectValue>();
  return object != nullptr && object->fields && !object->fields->empty() ? &object->fields->front() : nullptr;
}

Result<Value> held_texts(const Arguments& arguments) {
  const Value* texts = held(arguments[0]);
  if (texts == nullptr) return Error{Code::Invalid, "optional.none() dereference"};
  return *texts;
}

Function test(std::string_view name, bool (*holds)(std::string_view text)) {
  return {name, false, {{Kind::String}}, {Kind::Bool}, [holds](const Arguments& given) -> Result<Value> {
            return Value(Value::Variant(holds(text_of(given[0]))));
          }};
}

}  // namespace

std::vector<cel::ObjectType> format_types() { return {{kFormatType, {}}, {kOptionalTexts, {}}}; }

std::vector<Function> format_functions() {
  const Type format{Kind::Object, {}, kFormatType};
  const Type texts{Kind::List, {{Kind::String}}};
  const Type optional{Kind::Object, {}, kOptionalTexts};
  std::vector<Function> functions{
      test("isIP",
           [](std::string_view text) { return has_format(text, "ipv4") || has_format(text, "ipv6"); }),
      test("isCIDR", [](std::string_view text) { return has_format(text, "cidr"); }),
      test("isURL", [](std::string_view text) { return has_format(text, "uri"); }),
      test("isQuantity",
           [](std::string_view text) { return canonical_quantity(std::string(text)).has_value(); }),
      {"validate", true, {format, {Kind::String}}, optional, validate},
      {"hasValue",
       true,
       {optional},
       {Kind::Bool},
       [](const Arguments& given) -> Result<Value> {
         return Value(Value::Variant(held(given[0]) != nullptr));
       }},
      {"value", true, {optional}, texts, held_texts},
      {"orValue",
       true,
       {optional, texts},
       texts,
       [](const Arguments& given) -> Result<Value> {
         const Value* value = held(given[0]);
         return value != nullptr ? *value : given[1];
       }},
  };
  for (std::size_t i = 0; i < kFormats.size(); ++i) {
    functions.push_back({kFormats[i].function, false, {}, format, [i](const Arguments&) -> Result<Value> {
                           return object_of(kFormatType,
                                            {Value(Value::Variant(static_cast<std::int64_t>(i)))});
                         }});
  }
  return functions;
}

}  // namespace cw::apiserver
