// ResourceRow: all that tells one served resource from another, as columns. The code that serves requests
// reads these and knows no kind by name.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lib/base/clock.h"
#include "lib/kube/field_error.h"
#include "lib/kube/json.h"
#include "lib/kube/resource.h"
#include "schemas/kinds.h"

namespace cw::apiserver {

using kube::FieldErrors;
using kube::Json;

// Core: decoded as Go decodes its own types, from definitions/core.json. Custom: decoded and validated by a
// structural schema, as kube-apiserver serves CustomResourceDefinitions. The two also answer some bad
// requests differently. Review: created and answered, never stored.
enum class Family : std::uint8_t { Core, Custom, Review };

// What a request is about: the object, or one of its subresources, each of which writes one member alone.
enum class ObjectPart : std::uint8_t { Whole, Status, Finalizers };

// What the name of an object may be.
enum class NameRule : std::uint8_t { Subdomain, Label, PathSegment };

// A label of field selectors beside metadata.name and metadata.namespace.
struct SelectableField {
  std::string label;              // "spec.issuerRef.name", "type"
  std::vector<std::string> path;  // where its value is
  std::string fallback = {};      // value of an object without it
};

// What the code of a core kind does. Each may be null. Objects are decoded: every member has its type.
struct KindRules {
  // With decoding: folds and fills members. May be called again.
  void (*fill)(Json& object) = nullptr;
  // On creation only, after fill.
  void (*prepare_create)(Json& object) = nullptr;
  // Members that an update may not change are put back.
  void (*prepare_update)(Json& next, const Json& old) = nullptr;
  FieldErrors (*check)(const Json& object) = nullptr;
  FieldErrors (*check_update)(const Json& next, const Json& old) = nullptr;
};

struct TableColumn {
  std::string name;
  std::string type = "string";
  std::string format = {};
  std::string description = {};
  int priority = 0;
};

struct TableColumns {
  std::vector<TableColumn> columns;
  // One cell a column; nullptr: by JSON path (custom resources).
  std::vector<Json> (*cells)(const Json& object, TimePoint now) = nullptr;
};

// The same objects under two API versions. Both directions keep metadata, apiVersion and kind are set by
// them.
struct Conversion {
  Json (*to_stored)(const Json& served);
  Json (*to_served)(const Json& stored);
};

struct ResourceRow {
  kube::Resource resource;
  Family family = Family::Core;
  std::string singular;
  std::string list_kind;
  std::vector<std::string> short_names = {};
  std::vector<std::string> categories = {};
  std::vector<std::string> verbs = {};          // as discovery tells them
  std::vector<std::string> sub_resources = {};  // "status", "finalize"
  std::string definition;                       // its name in OpenAPI documents
  std::string stored_as;                        // the store's name for the resource
  NameRule names = NameRule::Subdomain;
  bool unconditional_update = true;  // a PUT may leave resourceVersion out
  bool create_on_update = false;     // a PUT of what is not there creates it
  bool counts_generation = false;
  bool admitted = false;         // our webhook is asked
  bool returns_deleted = false;  // DELETE answers the object, not a Status
  bool grants_rights = false;    // who writes it must hold what it gives
  KindRules rules = {};
  std::vector<SelectableField> fields = {};
  TableColumns table = {};
  const Conversion* conversion = nullptr;
  const schemas::KindSchema* custom = nullptr;  // Family::Custom

  bool has_status() const;
  bool has_verb(std::string_view verb) const;
  std::string group_version() const { return kube::api_version(resource); }
};

}  // namespace cw::apiserver
