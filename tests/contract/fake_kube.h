// FakeKube: an API server in memory, for tests of what talks to one. As the real one: resourceVersion
// conflicts, generation, uid, creationTimestamp, finalizers, status as a subresource of our kinds, selectors,
// watches. Not as the real one: no schemas, no defaults, no admission, no garbage collection of dependents.
// Thread-safe. Passes kube_client_contract.h.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/base/clock.h"
#include "lib/kube/client.h"

namespace cw::contract {

enum class Verb : std::uint8_t { Get, List, Watch, Create, Update, Patch, Apply, Delete };

// One call, for tests that count writes or let one fail.
struct Call {
  Verb verb = Verb::Get;
  std::string plural = {};  // "certificates"
  kube::ObjectKey key = {};
  kube::Part part = kube::Part::Object;
  std::string field_manager = {};
  bool operator==(const Call&) const = default;
};

class FakeKube final : public kube::KubeReader, public kube::KubeWriter {
 public:
  explicit FakeKube(const Clock& clock) : clock_(clock) {}

  Result<kube::Json> get(const kube::Resource&, const kube::ObjectKey&) const override;
  Result<kube::ObjectList> list(const kube::Resource&, const kube::ListOptions&) const override;
  Status watch(const kube::Resource&, const kube::WatchOptions&, const kube::OnWatchEvent&,
               std::stop_token) const override;
  Result<kube::Json> get_path(std::string_view path) const override;

  Result<kube::Json> create(const kube::Resource&, const kube::Json& object,
                            const kube::WriteOptions& = {}) override;
  Result<kube::Json> update(const kube::Resource&, kube::Part, const kube::Json& object,
                            const kube::WriteOptions& = {}) override;
  Result<kube::Json> merge_patch(const kube::Resource&, const kube::ObjectKey&, kube::Part,
                                 const kube::Json& patch, const kube::WriteOptions& = {}) override;
  // By the embedded API server's own code for it; other writes leave managedFields as their client gave them.
  Result<kube::Json> apply(const kube::Resource&, const kube::Json& config,
                           const kube::WriteOptions&) override;
  Status remove(const kube::Resource&, const kube::ObjectKey&, const kube::Preconditions& = {}) override;

  // -- what only tests do --
  // Asked before each call; an Error it returns is the call's answer. Called without a lock held.
  void fail_when(std::function<std::optional<Error>(const Call&)> check);
  // The writes that were accepted, dry runs left out, in order.
  std::vector<Call> writes() const;
  void forget_writes();
  // What get_path answers.
  void serve_path(std::string path, kube::Json answer);
  // All watches under way send a bookmark and end, as the real ones do after some minutes.
  void end_watches();
  // As a server without WatchList: a watch that is to begin with what there is is Invalid.
  void refuse_streamed_lists();
  // Forgets the history: a watch from before now is Gone.
  void compact();

 private:
  using Place = std::tuple<std::string, std::string, std::string>;  // resource, namespace, name
  struct Event {
    std::uint64_t revision = 0;
    std::string resource;
    kube::Json before;  // null: added
    kube::Json after;   // null: removed
  };

  std::optional<Error> refusal(const Call&) const;
  void record(const kube::Resource&, const Call&);
  const kube::Json* find(const kube::Resource&, const kube::ObjectKey&) const;
  Result<kube::Json> replace(const kube::Resource&, const kube::ObjectKey&, kube::Part, kube::Json wanted,
                             const kube::WriteOptions&, Verb);
  Result<kube::Json> store_new(const kube::Resource&, const kube::ObjectKey&, kube::Json made, const Call&,
                               const kube::WriteOptions&);
  kube::Json store(const kube::Resource&, const kube::ObjectKey&, kube::Json object);
  void erase(const kube::Resource&, const kube::ObjectKey&);
  void remember(const kube::Resource&, kube::Json before, kube::Json after);
  Result<std::vector<Event>> events_since(const kube::Resource&, std::uint64_t revision) const;

  const Clock& clock_;
  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  std::map<Place, kube::Json> objects_;
  std::vector<Event> history_;
  std::uint64_t revision_ = 1;
  std::uint64_t compacted_ = 0;  // events up to here are forgotten
  std::uint64_t watch_round_ = 0;
  bool streams_lists_ = true;
  std::vector<Call> writes_;
  std::map<std::string, kube::Json, std::less<>> paths_;
  std::function<std::optional<Error>(const Call&)> check_;
};

}  // namespace cw::contract
