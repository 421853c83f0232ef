// Server-side apply of the fake.
#include <stdexcept>

#include "apiserver/managed_fields.h"
#include "apiserver/resource_table.h"
#include "apiserver/type_catalog.h"
#include "tests/contract/fake_kube.h"
#include "tests/contract/fake_kube_checks.h"

namespace cw::contract {
namespace {

using kube::Json;

// Built once: it takes milliseconds.
struct Types {
  apiserver::ResourceTable resources;
  apiserver::TypeCatalog catalog;
};
const Types& types() {
  static const Types kTypes;
  return kTypes;
}

Result<Json> applied(const kube::Resource& resource, const Json& config, const Json& live,
                     const std::string& manager, TimePoint now) {
  const auto row = types().resources.find(resource);
  if (row == nullptr) return Error{Code::NotFound, "the fake serves no " + std::string(resource.plural)};
  const apiserver::TrackedWrite write{*row, types().catalog, apiserver::ObjectPart::Whole, manager, now};
  auto outcome = apiserver::apply_config(config, live, write, apiserver::OnConflict::Take);
  if (!outcome) return outcome.error().error();
  return std::move(outcome).value();
}

}  // namespace

Result<Json> FakeKube::apply(const kube::Resource& resource, const Json& config,
                             const kube::WriteOptions& options) {
  const kube::ObjectKey key = key_of(resource, config);
  const Call call{.verb = Verb::Apply,
                  .plural = std::string(resource.plural),
                  .key = key,
                  .field_manager = options.field_manager};
  if (auto error = refusal(call)) return *std::move(error);
  if (options.field_manager.empty()) return invalid(resource, key.name, "fieldManager: Required value");
  Json typed = config;
  typed["apiVersion"] = kube::api_version(resource);
  typed["kind"] = resource.kind;
  const std::lock_guard lock(mutex_);
  const Json* stored = find(resource, key);
  if (stored == nullptr && config["metadata"].contains("uid")) {
    return conflict(resource, key.name, "uid mismatch: no existing object was found");
  }
  if (stored != nullptr) {
    if (auto error = version_conflict(resource, *stored, config)) return *std::move(error);
  }
  Json wanted = TRY(
      applied(resource, typed, stored != nullptr ? *stored : Json(), options.field_manager, clock_.now()));
  if (stored == nullptr) return store_new(resource, key, std::move(wanted), call, options);
  if (auto error = type_change(resource, *stored, wanted)) return *std::move(error);
  wanted["metadata"]["resourceVersion"] = stored->at("metadata").at("resourceVersion");
  return replace(resource, key, kube::Part::Object, std::move(wanted), options, Verb::Apply);
}

}  // namespace cw::contract
