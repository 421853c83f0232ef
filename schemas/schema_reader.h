// SchemaReader: OpenAPI v3 schema text to Schema. What it refuses is what kube-apiserver refuses in a
// CustomResourceDefinition: not structural, or a keyword that must not be used there. Hostile schemas are
// bounded in depth and size. One reader may read several schemas; parts that they refer to become one node.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "schemas/schema.h"

namespace cw::schemas {

// Where {"$ref": …} leads. A user's schema has no references: NoReferences.
class References {
 public:
  struct Target {
    const Json* schema = nullptr;  // nullptr: leads nowhere
    std::string file;              // the document that it stands in
  };
  References() = default;
  References(const References&) = delete;
  References& operator=(const References&) = delete;
  virtual ~References() = default;
  virtual Target find(std::string_view reference, std::string_view from_file) const = 0;
};

class NoReferences final : public References {
 public:
  Target find(std::string_view /*reference*/, std::string_view /*from_file*/) const override { return {}; }
};

class SchemaReader {
 public:
  static constexpr int kMaxDepth = 100;
  static constexpr int kMaxNodes = 50000;

  // Both must live as long as the reader.
  SchemaReader(const RuleCompiler& compiler, const References& references)
      : compiler_(compiler), references_(references) {}

  // Invalid, naming the place in the schema.
  Result<SchemaPtr> read(const Json& openapi, std::string_view file = {});

 private:
  struct Place;
  // Of the structure itself, or below allOf, anyOf, oneOf and not, where only values are restricted.
  enum class Part : bool { Structure, Values };

  Result<SchemaPtr> node(const Json& openapi, const Place& at, Part part);
  Result<SchemaPtr> referred(const Json& openapi, const Place& at, Part part);
  static Status structure(const Json& openapi, const Place& at, Part part, Schema& to);
  static Status type(const Json& openapi, const Place& at, Part part, Schema& to);
  static Status list_type(const Json& openapi, const Place& at, Schema& to);
  Status members(const Json& openapi, const Place& at, Part part, Schema& to);
  Status junctors(const Json& openapi, const Place& at, Schema& to);
  Status rules(const Json& openapi, const Place& at, Schema& to) const;

  const RuleCompiler& compiler_;
  const References& references_;
  int nodes_ = 0;
  std::map<const Json*, SchemaPtr> referred_;
};

// A schema without references, such as a user's.
Result<SchemaPtr> read_schema(const Json& openapi, const RuleCompiler&);

}  // namespace cw::schemas
