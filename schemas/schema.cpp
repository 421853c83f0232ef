#include "schemas/schema.h"

namespace cw::schemas {

std::string_view name_of(Type type) {
  switch (type) {
    case Type::Unstated:
      return "";
    case Type::Object:
      return "object";
    case Type::Array:
      return "array";
    case Type::String:
      return "string";
    case Type::Integer:
      return "integer";
    case Type::Number:
      return "number";
    case Type::Boolean:
      return "boolean";
  }
  return "";
}

const Schema* Schema::find_member(std::string_view name) const {
  const auto found = properties.find(name);
  return found != properties.end() ? found->second.get() : additional_properties.get();
}

}  // namespace cw::schemas
