#include "apiserver/crd/definition_keeper.h"

#include <algorithm>
#include <functional>

#include <nlohmann/json.hpp>

#include "apiserver/crd/built_in_definitions.h"
#include "apiserver/crd/defined_rows.h"
#include "apiserver/crd/definition_kind.h"
#include "apiserver/identity.h"
#include "apiserver/json_access.h"
#include "lib/base/log.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kManager = "kube-apiserver";
constexpr int kMaxRounds = 20;  // of names that become free for one another

ApiParts without_keeper(ApiParts parts) {
  parts.definitions = nullptr;
  return parts;
}

// What rows are made from: a status that changes alone leaves them.
std::size_t shape_of(const Json& definition) {
  const Json& status = object_member(definition, "status");
  return std::hash<std::string>{}(
      dumped(object_member(definition, "spec")) + dumped(object_member(status, "acceptedNames")) +
      condition_status(definition, "Terminating") + condition_status(definition, "Established"));
}

bool is_going(const Json& definition) { return !metadata_text(definition, "deletionTimestamp").empty(); }

}  // namespace

DefinitionKeeper::DefinitionKeeper(const ApiParts& parts, ResourceTable& table, NamespaceGate& gate,
                                   ServesKind serves)
    : parts_(without_keeper(parts)),
      table_(table),
      writes_(parts_, gate),
      removal_(parts_, gate),
      serves_(std::move(serves)) {}

Status DefinitionKeeper::start() {
  BuiltInDefinitions built_ins(parts_.documentation);
  for (const schemas::KindSchema& kind : schemas::kinds()) {
    if (serves_ && !serves_(kind)) {
      TRY(forget_built_in(kind));
    } else {
      TRY(store_built_in(kind, built_ins));
    }
  }
  settle();
  return Done{};
}

Status DefinitionKeeper::store_built_in(const schemas::KindSchema& kind,
                                        BuiltInDefinitions& built_ins) const {
  const StoreKey key{std::string(kDefinitions), {"", kube::group_resource(kind.resource)}};
  const Result<ObjectPtr> stored = parts_.store.get(key);
  const auto text = [&](const Json& before) {
    return canonical_text(built_ins.make(kind, before, parts_.clock.now()));
  };
  Result<ObjectPtr> written = stored;
  if (!stored && stored.error().code == Code::NotFound) {
    written = parts_.store.create(key, text(nullptr));
  } else if (stored && is_built_in(**stored) && !built_ins.is_current(**stored)) {
    written = parts_.store.update(key, text(parse_object(**stored)), (*stored)->revision());
  }
  if (written) return Done{};
  // Another server on the same store was faster.
  const bool lost_race =
      written.error().code == Code::AlreadyExists || written.error().code == Code::Conflict;
  return lost_race ? Status(Done{}) : Status(written.error());
}

// Its objects stay in the store.
Status DefinitionKeeper::forget_built_in(const schemas::KindSchema& kind) const {
  const StoreKey key{std::string(kDefinitions), {"", kube::group_resource(kind.resource)}};
  const Result<ObjectPtr> stored = parts_.store.get(key);
  if (!stored || !is_built_in(**stored)) return Done{};
  (void)parts_.store.remove(key, (*stored)->revision());
  return Done{};
}

void DefinitionKeeper::settle() {
  const std::lock_guard lock(mutex_);
  settle_locked();
}

void DefinitionKeeper::settle_locked() {
  for (int round = 0; round < kMaxRounds; ++round) {
    const Result<Listing> listing = parts_.store.list({std::string(kDefinitions)});
    if (!listing) return;
    bool freed = false;
    for (auto entry = known_.begin(); entry != known_.end();) {
      const auto here = [&](const ObjectPtr& object) { return object->key().name == entry->first; };
      if (std::any_of(listing->objects.begin(), listing->objects.end(), here)) {
        ++entry;
        continue;
      }
      replace_rows(entry->first, {}, entry->second, std::stop_source(std::nostopstate));
      entry = known_.erase(entry);
      freed = true;
    }
    for (const ObjectPtr& object : listing->objects) learn_names(*object);
    for (std::size_t i = 0; i < listing->objects.size(); ++i) freed = take(listing->objects[i], i) || freed;
    if (!freed) return;
    // Names may have become free for those that waited.
    for (auto& [name, known] : known_) {
      if (known.is_refused) known.revision = 0;
    }
  }
}

// Names that have been accepted stay taken when the server begins anew, also for what the list has before.
void DefinitionKeeper::learn_names(const StoredObject& stored) {
  const auto [entry, is_new] = known_.try_emplace(stored.key().name);
  if (is_new) entry->second.names = accepted_names(parse_object(stored));
}

// True if the definition's names have changed.
bool DefinitionKeeper::take(const ObjectPtr& stored, std::size_t position) {
  const std::string& name = stored->key().name;
  Known& known = known_[name];
  if (known.revision == stored->revision()) return false;
  if (position >= kMaxDefinitions) {
    log::warning("a CustomResourceDefinition is not served: there are too many",
                 {{"name", name}, {"most", std::to_string(kMaxDefinitions)}});
    known.revision = stored->revision();
    return false;
  }
  const std::vector<std::string> before = known.names.resources;
  if (serve_built_in(*stored, known)) return before != known.names.resources;
  take_definition(name, parse_object(*stored), known);
  return before != known.names.resources;
}

bool DefinitionKeeper::serve_built_in(const StoredObject& stored, Known& known) {
  const schemas::KindSchema* kind = built_in_kind(stored.key().name);
  if (kind == nullptr || !is_built_in(stored)) return false;
  const Json metadata = parse_metadata(stored);
  known.revision = stored.revision();
  known.is_going = !text_member(metadata, "deletionTimestamp").empty();
  known.names = {std::string(kind->resource.group), {std::string(kind->resource.plural), kind->singular}, {}};
  known.names.resources.insert(known.names.resources.end(), kind->short_names.begin(),
                               kind->short_names.end());
  known.names.kinds = {std::string(kind->resource.kind), kind->list_kind};
  const std::size_t shape = known.is_going ? 2 : 1;
  if (known.is_served && known.shape == shape) return true;
  known.shape = shape;
  std::stop_source ended;
  ResourceRow row = custom_row(*kind);
  row.refuses_new = known.is_going;
  row.ended = ended.get_token();
  std::vector<RowPtr> rows{std::make_shared<const ResourceRow>(std::move(row))};
  replace_rows(stored.key().name, std::move(rows), known, std::move(ended));
  return true;
}

void DefinitionKeeper::take_definition(const std::string& name, Json definition, Known& known) {
  const std::string group = text_at(definition, {"spec", "group"});
  if (!is_going(definition)) {
    const auto status = next_status(definition, taken_beside(name, group), parts_.clock.now());
    if (status) {
      std::optional<Json> written = with_status(name, *status);
      if (!written) return;  // it has changed meanwhile: looked at again
      definition = *std::move(written);
    }
  }
  known.is_going = is_going(definition);
  known.is_refused = condition_status(definition, "NamesAccepted") == "False";
  known.names = accepted_names(definition);
  serve(name, definition, known);
}

std::optional<Json> DefinitionKeeper::with_status(const std::string& name, const Json& status) const {
  const RowPtr row = table_.find(kDefinitionGroup, "v1", "customresourcedefinitions");
  WriteOptions options;
  options.field_manager = kManager;
  const WriteRequest request{*row, {"", name}, ObjectPart::Status, options, system_user()};
  auto written = writes_.update(request, [&](const Json& stored) -> kube::Outcome<WantedObject> {
    Json next = stored;
    next["status"] = status;
    return WantedObject{std::move(next)};
  });
  if (written) return std::move(written->object);
  if (written.error().code() != Code::NotFound) {
    log::warning("the status of a CustomResourceDefinition cannot be written",
                 {{"name", name}, {"error", written.error().message}});
  }
  return std::nullopt;
}

TakenNames DefinitionKeeper::taken_beside(const std::string& name, const std::string& group) const {
  TakenNames taken;
  for (const auto& [other, known] : known_) {
    if (other != name && known.names.group == group) taken.add(known.names);
  }
  return taken;
}

void DefinitionKeeper::serve(const std::string& name, const Json& definition, Known& known) {
  const Result<ObjectPtr> stored = parts_.store.get({std::string(kDefinitions), {"", name}});
  if (!stored || std::to_string((*stored)->revision()) != metadata_text(definition, "resourceVersion")) {
    return;  // looked at again
  }
  known.revision = (*stored)->revision();
  const std::size_t shape = shape_of(definition);
  if (known.is_served && known.shape == shape) return;
  known.shape = shape;
  std::vector<RowPtr> rows;
  std::stop_source ended;
  if (condition_status(definition, "Established") == "True") {
    Result<std::vector<RowPtr>> made = defined_rows(definition, *stored, ended.get_token(), parts_.caller);
    if (made) {
      rows = std::move(made).value();
    } else {
      log::warning("a CustomResourceDefinition cannot be served",
                   {{"name", name}, {"error", made.error().message}});
    }
  }
  replace_rows(name, std::move(rows), known, std::move(ended));
}

// Watches of the rows before end.
void DefinitionKeeper::replace_rows(const std::string& name, std::vector<RowPtr> rows, Known& known,
                                    std::stop_source ended) {
  known.is_served = !rows.empty();
  table_.install(name, std::move(rows));
  known.ended.request_stop();
  known.ended = std::move(ended);
}

bool DefinitionKeeper::step() {
  std::vector<std::string> going;
  {
    const std::lock_guard lock(mutex_);
    settle_locked();
    for (const auto& [name, known] : known_) {
      if (known.is_going) going.push_back(name);
    }
  }
  bool done = false;
  for (const std::string& name : going) done = empty(name) || done;
  return done;
}

// Removes the objects, then lets the definition go. True if it is gone.
bool DefinitionKeeper::empty(const std::string& name) {
  const RowPtr row = table_.find_stored(name);
  const Result<Listing> listing = parts_.store.list({name});
  if (!listing) return false;
  for (const ObjectPtr& object : listing->objects) {
    if (row != nullptr) {
      DeleteOptions options;
      options.propagation = Propagation::Background;
      (void)removal_.remove(*row, object->key(), options);
    } else {
      (void)parts_.store.remove({name, object->key()}, object->revision());
    }
  }
  if (!has_no_objects(name)) return false;
  release(name);
  settle();
  return true;
}

bool DefinitionKeeper::has_no_objects(const std::string& name) const {
  const Result<Listing> listing = parts_.store.list({name});
  return listing && listing->objects.empty();
}

void DefinitionKeeper::release(const std::string& name) const {
  const RowPtr row = table_.find(kDefinitionGroup, "v1", "customresourcedefinitions");
  const WriteRequest request{*row, {"", name}, ObjectPart::Whole, {}, system_user()};
  const auto updated = writes_.update(request, [](const Json& stored) -> kube::Outcome<WantedObject> {
    Json next = stored;
    Json kept = Json::array();
    for (const Json& finalizer : array_member(object_member(next, "metadata"), "finalizers")) {
      if (finalizer != kCleanupFinalizer) kept.push_back(finalizer);
    }
    next["metadata"]["finalizers"] = std::move(kept);
    return WantedObject{std::move(next)};
  });
  if (updated || updated.error().code() == Code::NotFound) return;
  log::warning("a CustomResourceDefinition cannot be released",
               {{"name", name}, {"error", updated.error().message}});
}

}  // namespace cw::apiserver
