#include "schemas/kinds.h"

#include <array>
#include <deque>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/base/assert.h"
#include "schemas/documents.h"
#include "schemas/schema_values.h"

namespace cw::schemas {
namespace {

constexpr std::array kFiles = {
    "certificate.json", "certificaterequest.json",      "issuer.json", "clusterissuer.json", "order.json",
    "challenge.json",   "certificaterequestpolicy.json"};

std::vector<std::string> strings(const Json& from, const char* name) {
  auto list = read_strings(from, name);
  CW_ASSERT(list.has_value());
  return std::move(list).value();
}

PrinterColumn read_column(const Json& from) {
  return {from.at("name"), from.at("type"), from.at("jsonPath"), from.value("description", ""),
          from.value("priority", 0)};
}

class Kinds {
 public:
  Kinds() {
    const ParsedDocuments documents;
    const NamedRules rules;
    SchemaReader reader(rules, documents);
    for (const char* file : kFiles) kinds_.push_back(read_kind(documents.get(file), file, reader));
  }

  std::span<const KindSchema> all() const { return kinds_; }

 private:
  KindSchema read_kind(const Json& document, const char* file, SchemaReader& reader) {
    const Json& names = document.at("resource");
    KindSchema kind;
    kind.resource = {.group = keep(names.at("group")),
                     .version = keep(names.at("version")),
                     .plural = keep(names.at("plural")),
                     .kind = keep(names.at("kind")),
                     .namespaced = names.at("scope") == "Namespaced"};
    kind.singular = names.at("singular");
    kind.list_kind = names.at("listKind");
    kind.short_names = strings(names, "shortNames");
    kind.categories = strings(names, "categories");
    for (const Json& column : document.at("columns")) kind.columns.push_back(read_column(column));
    kind.selectable_fields = strings(document, "selectableFields");
    for (const std::string& name : strings(document, "subresources")) {
      kind.has_status_subresource |= name == "status";
    }
    auto schema = reader.read(document.at("schema"), file);
    CW_ASSERT(schema.has_value());
    kind.object = {kube::api_version(kind.resource), std::string(kind.resource.kind), *std::move(schema)};
    return kind;
  }

  std::string_view keep(const Json& text) { return kept_.emplace_back(text.get<std::string>()); }

  std::deque<std::string> kept_;
  std::vector<KindSchema> kinds_;
};

// `value` with each reference replaced by what it stands for.
Json resolved(const Json& value, std::string_view file, const ParsedDocuments& documents) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& item : value) list.push_back(resolved(item, file, documents));
    return list;
  }
  if (!value.is_object()) return value;
  Json object = Json::object();
  if (const auto reference = value.find("$ref"); reference != value.end()) {
    const auto target = documents.find(reference->get_ref<const std::string&>(), file);
    CW_ASSERT(target.schema != nullptr);
    object = resolved(*target.schema, target.file, documents);
  }
  for (const auto& [name, member] : value.items()) {
    if (name != "$ref") object[name] = resolved(member, file, documents);
  }
  return object;
}

}  // namespace

std::span<const KindSchema> kinds() {
  static const Kinds built_in;
  return built_in.all();
}

const KindSchema* find_kind(std::string_view api_version, std::string_view kind) {
  for (const KindSchema& known : kinds()) {
    if (known.object.kind == kind && known.object.api_version == api_version) return &known;
  }
  return nullptr;
}

kube::Json describe(const KindSchema& kind) { return describe(kind, ParsedDocuments()); }

kube::Json describe(const KindSchema& kind, const ParsedDocuments& documents) {
  for (const char* file : kFiles) {
    const Json& document = documents.get(file);
    if (document.at("resource").at("kind") == kind.resource.kind) {
      return resolved(document.at("schema"), file, documents);
    }
  }
  return Json::object();
}

}  // namespace cw::schemas
