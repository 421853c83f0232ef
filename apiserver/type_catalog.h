// TypeCatalog: the types of the core kinds, read from definitions/*.json (OpenAPI, with six marks of
// ours: x-cw-pointer, a value that is kept even if it is zero; x-cw-always, a field that is written even if
// it was never set; x-cw-named, what Go calls a type of texts; x-cw-number, of the field in protobuf;
// x-cw-within, of the embedded message that holds it there; x-cw-embeds, what Go calls that one). One source
// for decoding, strategic merge, server-side apply, protobuf and the OpenAPI documents. Immutable;
// thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace cw::apiserver {

using Json = nlohmann::json;

enum class TypeKind : std::uint8_t {
  Text,
  Integer,
  Boolean,
  Bytes,
  Time,
  MicroTime,
  Quantity,
  IntOrString,
  Struct,
  Map,
  List,
  Any
};
enum class ListKind : std::uint8_t { Atomic, Set, Map };

struct ValueType;
using TypePtr = std::shared_ptr<const ValueType>;

struct Field {
  TypePtr type;
  unsigned number = 0;   // in protobuf
  unsigned within = 0;   // of the embedded message in protobuf; 0: none
  std::string embedded;  // the struct that Go embeds for it, if within: "VolumeSource"
  bool pointer = false;
  bool always = false;
  std::string fallback;  // of a Text that is not given
  // As the key of an item it counts as its fallback or as zero where it is not given.
  bool is_never_missing = false;
  // Go reads it by code of its own: a boolean may stand for it, and unknown fields in it are not told.
  bool lenient = false;
  unsigned wrapped = 0;  // lenient: in protobuf it is in a message, under this number; a boolean under 1
  // Strategic merge: whether a list is merged with the old one, and by which member of its items.
  bool merges = false;
  std::string merge_key;
  // Server-side apply.
  ListKind list_kind = ListKind::Atomic;
  std::vector<std::string> list_keys;
};

struct ValueType {
  TypeKind kind = TypeKind::Any;
  int bits = 64;        // of an Integer
  bool real = false;    // an Any that is a number, of double precision in protobuf
  std::string name;     // of a Struct and of some Texts, as Go names it: "ObjectMeta"
  bool atomic = false;  // a Struct or Map that server-side apply owns as a whole
  std::map<std::string, Field, std::less<>> fields;
  TypePtr of;  // items of a List, values of a Map
};

class TypeCatalog {
 public:
  TypeCatalog();
  ~TypeCatalog();
  TypeCatalog(const TypeCatalog&) = delete;
  TypeCatalog& operator=(const TypeCatalog&) = delete;

  // By the name of the definition, which must exist: "io.k8s.api.core.v1.Secret".
  const ValueType& type(std::string_view definition) const;
  // The document itself: definitions by name, references by bare name.
  const Json& definitions() const { return *definitions_; }

 private:
  TypePtr read_definition(const std::string& name);
  TypePtr read_type(const Json& schema);
  Field read_field(const Json& schema);
  void read_fields(const Json& schema, ValueType& type);

  std::unique_ptr<const Json> definitions_;
  std::map<std::string, TypePtr, std::less<>> types_;
  std::vector<std::shared_ptr<ValueType>> named_;
};

inline constexpr std::string_view kObjectMetaDefinition = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

}  // namespace cw::apiserver
