#include "apiserver/crd/cel_functions.h"

#include <utility>

#include "apiserver/crd/cel_library.h"
#include "apiserver/plain_cel.h"
#include "lib/cel/text.h"

namespace cw::apiserver {
namespace {

using cel::Function;
using cel::Kind;
using cel::Type;
using cel::Value;

Type spelled(std::string_view& letters) {
  const char letter = letters.front();
  letters.remove_prefix(1);
  const auto object = [](std::string_view name) { return Type{Kind::Object, {}, name}; };
  switch (letter) {
    case 'b':
      return {Kind::Bool};
    case 'i':
      return {Kind::Int};
    case 'd':
      return {Kind::Double};
    case 'I':
      return object(kIpType);
    case 'C':
      return object(kCidrType);
    case 'Q':
      return object(kQuantityType);
    case 'U':
      return object(kUrlType);
    case 'V':
      return object(kSemverType);
    case 'F':
      return object(kFormatType);
    case 'R':
      return {Kind::Map, {{Kind::String}, {Kind::List, {{Kind::String}}}}};
    case 'O':
      return {Kind::Optional, {spelled(letters)}};
    case 'L':
      return {Kind::List, {spelled(letters)}};
    default:
      return {Kind::String};
  }
}

std::vector<Function> library() {
  std::vector<Function> all;
  for (const std::span<const CelRow> rows :
       {address_rows(), quantity_rows(), url_rows(), semver_rows(), format_rows()}) {
    for (const CelRow& row : rows) {
      std::string_view letters = row.signature;
      Function function{row.name, letters.starts_with('.'), {}, {}, row.call, row.cost};
      if (function.is_member) letters.remove_prefix(1);
      while (letters.front() != ':') function.arguments.push_back(spelled(letters));
      letters.remove_prefix(1);
      function.result = spelled(letters);
      all.push_back(std::move(function));
    }
  }
  return all;
}

}  // namespace

void make_kubernetes(cel::Environment& environment) {
  static const std::vector<Function> kLibrary = library();
  environment.dialect = cel::Dialect::Kubernetes;
  environment.library = &kLibrary;
  constexpr bool kNamed = true;
  // Of a quantity its number counts, not how it is held; a format is told by its place.
  for (const cel::ObjectType& type : std::initializer_list<cel::ObjectType>{{kIpType, {}, kNamed},
                                                                            {kCidrType, {}, kNamed},
                                                                            {kQuantityType, {}, false, 2},
                                                                            {kUrlType, {}},
                                                                            {kSemverType, {}},
                                                                            {kFormatType, {}}})
    environment.objects.push_back(type);
}

Value cel_object(std::string_view type, std::vector<Value> fields) {
  return Value(
      Value::Variant(cel::ObjectValue{type, std::make_shared<const std::vector<Value>>(std::move(fields))}));
}

const Value& cel_field(const Value& object, std::size_t index) {
  static const Value kNone;
  const auto* value = object.as<cel::ObjectValue>();
  return value != nullptr && value->fields != nullptr && index < value->fields->size()
             ? (*value->fields)[index]
             : kNone;
}

std::int64_t cel_int(const Value& value) {
  const auto* number = value.as<std::int64_t>();
  return number == nullptr ? 0 : *number;
}

std::uint64_t scan_cost(const CelArguments& arguments) {
  return tenth_of(cel::characters(text_of(arguments[0])));
}

std::uint64_t scan_twice_cost(const CelArguments& arguments) {
  return tenth_of(2 * cel::characters(text_of(arguments[0])));
}

}  // namespace cw::apiserver
