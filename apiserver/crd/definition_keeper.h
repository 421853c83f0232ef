// DefinitionKeeper: keeps the table of resources as the CustomResourceDefinitions of the store say: statuses
// are set, rows installed and removed, the objects of a definition that goes are removed before it. Our own
// kinds are definitions too, stored by the program itself; as long as nobody has changed one, the fast rows
// of schemas/ serve it. Definitions are read when they change and not kept. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>

#include "apiserver/api_parts.h"
#include "apiserver/crd/definition_status.h"
#include "apiserver/removal.h"
#include "apiserver/write_path.h"
#include "schemas/kinds.h"

namespace cw::apiserver {

class BuiltInDefinitions;

// Whether a kind of schemas/ is served.
using ServesKind = std::function<bool(const schemas::KindSchema&)>;

class DefinitionKeeper {
 public:
  static constexpr std::size_t kMaxDefinitions = 2000;

  // Everything must outlive it; `serves` may be empty: all are.
  DefinitionKeeper(const ApiParts& parts, ResourceTable& table, NamespaceGate& gate, ServesKind serves = {});

  // Stores the definitions of our own kinds where they are missing, of another version of the program or in
  // other words, and brings the table into line. Before the first request.
  Status start();
  // Takes in what has changed in the store. After each write of a definition, and now and then: other servers
  // may write to the same store.
  void settle();
  // The same, and removes objects of definitions that go. True if anything was done.
  bool step();

 private:
  struct Known {
    Revision revision = 0;
    AcceptedNames names;
    bool is_served = false;
    bool is_refused = false;  // some of its names are taken
    bool is_going = false;
    std::size_t shape = 0;  // of what the rows are made from
    std::stop_source ended = std::stop_source(std::nostopstate);
  };

  void settle_locked();
  void learn_names(const StoredObject& stored);
  bool take(const ObjectPtr& stored, std::size_t position);
  void take_definition(const std::string& name, Json definition, Known& known);
  bool serve_built_in(const StoredObject& stored, Known& known);
  void serve(const std::string& name, const Json& definition, Known& known);
  void replace_rows(const std::string& name, std::vector<RowPtr> rows, Known& known, std::stop_source ended);
  TakenNames taken_beside(const std::string& name, const std::string& group) const;
  std::optional<Json> with_status(const std::string& name, const Json& status) const;
  bool empty(const std::string& name);
  bool has_no_objects(const std::string& name) const;
  void release(const std::string& name) const;
  Status store_built_in(const schemas::KindSchema&, BuiltInDefinitions&) const;
  Status forget_built_in(const schemas::KindSchema&) const;

  ApiParts parts_;
  ResourceTable& table_;
  WritePath writes_;
  Removal removal_;
  ServesKind serves_;
  std::mutex mutex_;  // guards the next
  std::map<std::string, Known> known_;
};

}  // namespace cw::apiserver
