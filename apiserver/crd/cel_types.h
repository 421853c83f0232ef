// CelTypes: the types of a schema as CEL sees them: `self` with its members, each typed. Parts whose types a
// schema does not say are not visible. Names that CEL cannot spell are escaped. Built once, then constant;
// must outlive what is compiled over it. Source: k8s.io/apiserver pkg/cel/common/schemas.go and
// pkg/cel/escaping.go.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "lib/cel/environment.h"
#include "lib/cel/value.h"
#include "schemas/rules.h"

namespace cw::apiserver {

using Json = nlohmann::json;

// How a value of the schema becomes one of CEL.
struct CelShape {
  enum class Form : std::uint8_t { Dynamic, Plain, Double, Bytes, Duration, Timestamp, List, Map, Object };
  cel::Type type;
  Form form = Form::Dynamic;
  std::shared_ptr<const CelShape> of;  // items of a List, values of a Map
  std::optional<cel::ListKeys> keys;   // of a List that is a set or a map
  struct Member {
    std::string name;  // escaped
    std::shared_ptr<const CelShape> shape;
  };
  std::map<std::string, Member, std::less<>> members;  // of an Object, by their own names
  bool is_root_metadata = false;  // of which only the members count: the rest changes with every write
};
using CelShapePtr = std::shared_ptr<const CelShape>;

class CelTypes {
 public:
  // Of a value with this schema. Null self: its type cannot be told, so that no rule can be about it.
  CelTypes(const Json& openapi, schemas::RuleScope);
  CelTypes(const CelTypes&) = delete;
  CelTypes& operator=(const CelTypes&) = delete;

  const CelShapePtr& self() const { return self_; }
  // Variables self and oldSelf; functions of Kubernetes.
  static constexpr std::size_t kOldSelf = 1;  // its place among them
  enum class OldSelf : bool { Plain, Optional };
  const cel::Environment& environment(OldSelf old_self) const {
    return old_self == OldSelf::Plain ? plain_ : optional_;
  }

 private:
  CelShapePtr shape_of(const Json& openapi, schemas::RuleScope, int depth);
  CelShapePtr object_of(const Json& openapi, schemas::RuleScope, int depth);
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }
  void make_environments();

  std::deque<std::string> texts_;
  std::vector<cel::ObjectType> objects_;
  CelShapePtr self_;
  cel::Environment plain_;
  cel::Environment optional_;
};

// nullopt: CEL cannot name it.
std::optional<std::string> escaped_member(std::string_view name);

cel::Value cel_value(const Json&, const CelShape&);
// What that takes: a unit for each value and each 64 bytes of text. Evaluation does not count it, and a
// schema may have many rules over one large value.
std::uint64_t conversion_work(const Json&);
// An optional that is empty, or holds the value; what oldSelf is with optionalOldSelf.
cel::Value cel_optional(const cel::Value* held);

}  // namespace cw::apiserver
