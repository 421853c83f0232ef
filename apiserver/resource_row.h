// ResourceRow: all that tells one served resource from another, as columns. The code that serves requests
// reads these and knows no kind by name.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/json_path.h"
#include "lib/base/clock.h"
#include "lib/kube/field_error.h"
#include "lib/kube/json.h"
#include "lib/kube/resource.h"
#include "lib/kube/status.h"
#include "schemas/kinds.h"

namespace cw::kube {
struct UserInfo;
}

namespace cw::apiserver {

class Authorizer;
class Store;
class VersionConverter;
using kube::FieldErrors;
using kube::Json;

// Core: decoded as Go decodes its own types, from definitions/core.json. Custom: decoded and validated by a
// structural schema, as kube-apiserver serves CustomResourceDefinitions. The two also answer some bad
// requests differently. Review: created and answered, never stored.
enum class Family : std::uint8_t { Core, Custom, Review };

// What a request is about: the object, or one of its subresources, each of which writes one member alone.
enum class ObjectPart : std::uint8_t { Whole, Status, Finalizers, Approval, Scale, Ephemeral };

// What the name of an object may be.
enum class NameRule : std::uint8_t { Subdomain, Label, PathSegment };

// A label of field selectors beside metadata.name and metadata.namespace.
struct SelectableField {
  std::string label;              // "spec.issuerRef.name", "type"
  std::vector<std::string> path;  // where its value is
  std::string fallback = {};      // value of an object without it
};

// A write as a rule of a kind sees it.
struct KindWrite {
  const Json& next;
  const Json* old = nullptr;  // null: a creation
  ObjectPart part = ObjectPart::Whole;
  const kube::UserInfo& user;
};

// What the code of a core kind does. Each may be null. Objects are decoded: every member has its type.
struct KindRules {
  // With decoding: folds and fills members. May be called again.
  void (*fill)(Json& object) = nullptr;
  // On creation only, after fill.
  void (*prepare_create)(Json& object) = nullptr;
  // Members that an update may not change are put back.
  void (*prepare_update)(Json& next, const Json& old) = nullptr;
  // Of every object; of new ones alone; of changed ones alone.
  FieldErrors (*check)(const Json& object) = nullptr;
  FieldErrors (*check_create)(const Json& object) = nullptr;
  FieldErrors (*check_update)(const Json& next, const Json& old) = nullptr;
  bool update_first = false;  // what check_update says goes before what check says
  // Before the first deletion: what must be done before it goes.
  void (*prepare_delete)(Json& object, TimePoint now) = nullptr;
  // The seconds that it has to end by itself, where `asked` are wanted. null: it goes at once.
  std::int64_t (*grace)(const Json& object, std::optional<std::int64_t> asked) = nullptr;
  // Of a subresource: members that it may not change are put back, times are set; then what is wrong.
  void (*prepare_part)(Json& next, const Json& old, ObjectPart part, TimePoint now) = nullptr;
  FieldErrors (*check_part)(const Json& next, const Json& old, ObjectPart part) = nullptr;
  // On creation only: who asks is written down.
  void (*stamp)(Json& object, const kube::UserInfo& user) = nullptr;
  // Before preparation: what the server hands out of a pool (addresses, ports). What is taken stays reserved
  // as long as the answer is held.
  kube::Outcome<std::shared_ptr<void>> (*allocate)(Json& next, const Json* old, const Store&) = nullptr;
  // After validation: whether this user may write this.
  kube::Outcome<Done> (*permit)(const KindWrite&, const Authorizer&) = nullptr;
  // What is good enough but should be told.
  std::vector<std::string> (*warn)(const Json& object, const Json* old) = nullptr;
};

// Of the one column that definitions without columns get.
inline constexpr std::string_view kAgeDescription = "How long ago the object was created.";

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
  // Custom resources: of each column behind the name.
  std::vector<std::optional<JsonPath>> paths = {};
};

// The same objects under two API versions. Both directions keep metadata, apiVersion and kind are set by
// them.
struct Conversion {
  Json (*to_stored)(const Json& served);
  Json (*to_served)(const Json& stored);
};

// Where the scale subresource of a custom resource has its values.
struct ScaleRow {
  std::vector<std::string> spec_replicas;
  std::vector<std::string> status_replicas;
  std::vector<std::string> label_selector;  // empty: none
};

// A subresource that is a kind of its own, made by a POST and never stored: "token" of a ServiceAccount.
struct AskedPart {
  std::string name;
  std::shared_ptr<const struct ResourceRow> row;  // Family::Review
};

// What only something that runs could answer: "log" of a Pod.
struct Connection {
  std::string name;
  std::string kind;  // as discovery tells it: "PodExecOptions"
  std::vector<std::string> verbs;
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
  std::vector<AskedPart> asked_parts = {};
  std::vector<Connection> connections = {};
  std::string definition;  // its name in OpenAPI documents
  std::string stored_as;   // the store's name for the resource
  NameRule names = NameRule::Subdomain;
  bool unconditional_update = true;  // a PUT may leave resourceVersion out
  bool create_on_update = false;     // a PUT of what is not there creates it
  bool counts_generation = false;
  bool counts_labels = false;    // and labels count too
  bool admitted = false;         // our webhook is asked
  bool returns_deleted = false;  // DELETE answers the object, not a Status
  bool tells_deletion = false;   // and that object says that it was deleted
  bool grants_rights = false;    // who writes it must hold what it gives
  std::string deprecated = {};   // told as a warning with every answer
  // Members that this part of the object does not own in managedFields: "spec", "status.certificate".
  std::vector<std::string> (*reset_fields)(ObjectPart part) = nullptr;
  bool defines_kinds = false;  // CustomResourceDefinition
  bool refuses_new = false;    // its definition goes, and its objects with it
  KindRules rules = {};
  std::vector<SelectableField> fields = {};
  TableColumns table = {};
  const Conversion* conversion = nullptr;
  const schemas::KindSchema* custom = nullptr;  // Family::Custom

  // Of a CustomResourceDefinition; else empty. The OpenAPI v3 schema of the kind is made anew at each call.
  std::function<Json()> openapi_schema = {};
  std::string defined_by = {};                 // its name
  bool is_described = false;                   // it came with its own texts: none go before them
  std::shared_ptr<const void> owner = {};      // keeps what string_views and `custom` refer to
  std::string stored_api_version = {};         // of the storage version; empty: this is it
  bool served = true;                          // false: a storage version that is kept, not answered
  std::uint64_t other_schema_until = 0;        // objects stored up to this revision may not fit this schema
  std::stop_token ended = {};                  // asked when this row is served no more
  std::shared_ptr<const ScaleRow> scale = {};  // the scale subresource; null: none
  // Asks the webhook that knows the other versions; null: they differ in apiVersion alone. What is stored
  // goes through it (object_form.h) before anything else looks at it.
  std::shared_ptr<const VersionConverter> converter = {};

  // Whether an answer may be made from the stored text.
  bool shows_as_stored(std::uint64_t revision) const {
    if (converter != nullptr) return true;
    return conversion == nullptr && stored_api_version.empty() && revision > other_schema_until;
  }
  bool is_stored_form() const { return conversion == nullptr && stored_api_version.empty(); }
  bool has_status() const;
  // null: no such one.
  std::shared_ptr<const ResourceRow> asked_part(std::string_view name) const;
  const Connection* connection(std::string_view name) const;  // nullptr: no such one
  bool has_verb(std::string_view verb) const;
  std::string group_version() const { return kube::api_version(resource); }
};

// Rows come and go with CustomResourceDefinitions: who uses one holds it.
using RowPtr = std::shared_ptr<const ResourceRow>;

}  // namespace cw::apiserver
