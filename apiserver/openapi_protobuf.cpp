#include "apiserver/openapi_protobuf.h"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/protobuf_writer.h"

namespace cw::apiserver {
namespace {

// Any: what protobuf has no type for is YAML text, of which JSON is a part.
std::string any_message(const Json& value) {
  ProtobufWriter out;
  out.text(2, dumped(value) + "\n");
  return out.take();
}

// Every Named… message: a name and a value.
std::string named(std::string_view name, std::string_view value) {
  ProtobufWriter out;
  out.text(1, name);
  out.message(2, value);
  return out.take();
}

// One message inside another, which has nothing else.
std::string wrapped(unsigned field, std::string_view value) {
  ProtobufWriter out;
  out.message(field, value);
  return out.take();
}

void write_extensions(ProtobufWriter& out, unsigned field, const Json& object) {
  for (const auto& [name, value] : object.items()) {
    if (name.starts_with("x-")) out.message(field, named(name, any_message(value)));
  }
}

void write_texts(ProtobufWriter& out, unsigned field, const Json& list) {
  for (const Json& value : list) out.text(field, value.get<std::string>());
}

std::uint64_t number_member(const Json& object, const char* name) {
  const Json* value = find_member(object, name);
  return value != nullptr && value->is_number_unsigned() ? value->get<std::uint64_t>() : 0;
}

std::string schema_message(const Json& schema);

void write_bounds(ProtobufWriter& out, const Json& schema) {
  constexpr std::array<std::pair<const char*, unsigned>, 6> kNumbers{{{"maxLength", 11},
                                                                      {"minLength", 12},
                                                                      {"maxItems", 14},
                                                                      {"minItems", 15},
                                                                      {"maxProperties", 17},
                                                                      {"minProperties", 18}}};
  for (const auto& [name, field] : kNumbers) out.number(field, number_member(schema, name));
}

void write_additional(ProtobufWriter& out, const Json& schema) {
  const Json* additional = find_member(schema, "additionalProperties");
  if (additional == nullptr) return;
  ProtobufWriter item;
  if (additional->is_boolean()) {
    item.number(2, additional->get<bool>() ? 1 : 0);
  } else {
    item.message(1, schema_message(*additional));
  }
  out.message(21, item.take());
}

void write_properties(ProtobufWriter& out, const Json& schema) {
  const Json& properties = object_member(schema, "properties");
  if (properties.empty()) return;
  ProtobufWriter all;
  for (const auto& [name, property] : properties.items())
    all.message(1, named(name, schema_message(property)));
  out.message(25, all.take());
}

std::string schema_message(const Json& schema) {
  ProtobufWriter out;
  out.text(1, text_member(schema, "$ref"));
  out.text(2, text_member(schema, "format"));
  out.text(4, text_member(schema, "description"));
  if (const Json* value = find_member(schema, "default")) out.message(5, any_message(*value));
  write_bounds(out, schema);
  out.text(13, text_member(schema, "pattern"));
  write_texts(out, 19, array_member(schema, "required"));
  for (const Json& value : array_member(schema, "enum")) out.message(20, any_message(value));
  write_additional(out, schema);
  const std::string type = text_member(schema, "type");
  if (!type.empty()) out.message(22, wrapped(1, type));
  if (const Json* items = find_member(schema, "items")) out.message(23, wrapped(1, schema_message(*items)));
  write_properties(out, schema);
  write_extensions(out, 31, schema);
  return out.take();
}

// Parameter, of the one kind (body) or the other (query, path).
std::string parameter_message(const Json& parameter) {
  const std::string in = text_member(parameter, "in");
  ProtobufWriter out;
  if (in == "body") {
    out.text(2, text_member(parameter, "name"));
    out.text(3, in);
    out.message(5, schema_message(object_member(parameter, "schema")));
    return wrapped(1, out.take());
  }
  const bool is_query = in == "query";
  out.number(1, true_member(parameter, "required") ? 1 : 0);
  out.text(2, in);
  out.text(4, text_member(parameter, "name"));
  out.text(is_query ? 6 : 5, text_member(parameter, "type"));
  out.number(is_query ? 20 : 19, true_member(parameter, "uniqueItems") ? 1 : 0);
  return wrapped(2, wrapped(is_query ? 3 : 4, out.take()));
}

void write_parameters(ProtobufWriter& out, unsigned field, const Json& object) {
  for (const Json& parameter : array_member(object, "parameters")) {
    out.message(field, wrapped(1, parameter_message(parameter)));
  }
}

std::string operation_message(const Json& operation) {
  ProtobufWriter out;
  write_texts(out, 6, array_member(operation, "produces"));
  write_texts(out, 7, array_member(operation, "consumes"));
  write_parameters(out, 8, operation);
  ProtobufWriter responses;
  for (const auto& [code, response] : object_member(operation, "responses").items()) {
    ProtobufWriter one;
    one.text(1, text_member(response, "description"));
    one.message(2, wrapped(1, schema_message(object_member(response, "schema"))));
    responses.message(1, named(code, wrapped(1, one.take())));
  }
  out.message(9, responses.take());
  write_extensions(out, 13, operation);
  return out.take();
}

std::string path_message(const Json& item) {
  constexpr std::array<std::pair<const char*, unsigned>, 5> kMethods{
      {{"get", 2}, {"put", 3}, {"post", 4}, {"delete", 5}, {"patch", 8}}};
  ProtobufWriter out;
  for (const auto& [method, field] : kMethods) {
    if (const Json* operation = find_member(item, method)) out.message(field, operation_message(*operation));
  }
  write_parameters(out, 9, item);
  return out.take();
}

}  // namespace

std::string openapi_v2_protobuf(const Json& document) {
  ProtobufWriter info;
  info.text(1, text_at(document, {"info", "title"}));
  info.text(2, text_at(document, {"info", "version"}));
  ProtobufWriter paths;
  for (const auto& [path, item] : object_member(document, "paths").items()) {
    paths.message(2, named(path, path_message(item)));
  }
  ProtobufWriter definitions;
  for (const auto& [name, schema] : object_member(document, "definitions").items()) {
    definitions.message(1, named(name, schema_message(schema)));
  }
  ProtobufWriter out;
  out.text(1, text_member(document, "swagger"));
  out.message(2, info.take());
  out.message(8, paths.take());
  out.message(9, definitions.take());
  return out.take();
}

}  // namespace cw::apiserver
