// KubeReader / KubeWriter: all that a controller, the webhook or a command knows of an API server.
// Implemented over HTTP by lib/client, in process by apiserver/ (standalone) and by the fake in tests;
// every one passes tests/contract/kube_client_contract.h. All methods may be called from any thread.
// Errors: Code::NotFound, AlreadyExists, Conflict, Gone, Invalid, Forbidden, Unavailable as the server
// answered; Unavailable also when it could not be reached.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lib/base/result.h"
#include "lib/kube/resource.h"

namespace cw::kube {

using Json = nlohmann::json;

struct ListOptions {
  std::string name_space;  // empty: all namespaces
  std::string label_selector;
  std::string field_selector;
  bool metadata_only = false;  // PartialObjectMetadata: no spec, no data (how Secrets are cached)
  // Makes of each item of a list what is kept of it, before the next page is fetched: so that a long list
  // costs little memory. Who has no pages may leave it out.
  void (*reduce)(Json& item) = nullptr;
  // Given: items go here as they come, with the version of their list, and may be left out of the answer. A
  // list that has to be begun anew has another version.
  std::function<void(const std::string& resource_version, Json&& item)> each = nullptr;
  // After so many items no further page is asked for; 0: all. Who has no pages may leave it out.
  std::size_t enough = 0;
};

struct ObjectList {
  std::vector<Json> items;
  std::string resource_version;  // where a watch continues
};

enum class WatchEventKind : std::uint8_t { Added, Modified, Deleted, Bookmark };

struct WatchOptions : ListOptions {
  std::string resource_version;
  // First an Added for everything there is, then a bookmark that is_end_of_initial_events (WatchList).
  // Without a resource_version. Invalid: the server cannot do that.
  bool send_initial_events = false;
  // Objects of which the caller has this version already: what is told of them may be left out.
  std::function<bool(const ObjectKey&, std::uint64_t version)> is_known = nullptr;
};

// Called for each event, in order, on the thread that called watch().
using OnWatchEvent = std::function<void(WatchEventKind, Json&&)>;

class KubeReader {
 public:
  KubeReader() = default;
  KubeReader(const KubeReader&) = delete;
  KubeReader& operator=(const KubeReader&) = delete;
  virtual ~KubeReader() = default;
  virtual Result<Json> get(const Resource&, const ObjectKey&) const = 0;
  virtual Result<ObjectList> list(const Resource&, const ListOptions&) const = 0;
  // Blocks until the server ends the stream (Done), the token is stopped (Done) or it fails; Gone = list
  // again.
  virtual Status watch(const Resource&, const WatchOptions&, const OnWatchEvent&, std::stop_token) const = 0;
  // GET of a path that is no object, such as "/apis": discovery.
  virtual Result<Json> get_path(std::string_view path) const = 0;
};

struct Preconditions {
  std::optional<std::string> uid;
  std::optional<std::string> resource_version;
};

struct WriteOptions {
  std::string field_manager;
  bool dry_run = false;
};

// The object itself, or its status subresource.
enum class Part : std::uint8_t { Object, Status };

class KubeWriter {
 public:
  KubeWriter() = default;
  KubeWriter(const KubeWriter&) = delete;
  KubeWriter& operator=(const KubeWriter&) = delete;
  virtual ~KubeWriter() = default;
  // The namespace is metadata.namespace of the object. Answers are the stored object.
  virtual Result<Json> create(const Resource&, const Json& object, const WriteOptions& = {}) = 0;
  virtual Result<Json> update(const Resource&, Part, const Json& object, const WriteOptions& = {}) = 0;
  // RFC 7386 merge patch. With metadata.resourceVersion in it, a changed object is a Conflict.
  virtual Result<Json> merge_patch(const Resource&, const ObjectKey&, Part, const Json& patch,
                                   const WriteOptions& = {}) = 0;
  // Server-side apply, which takes fields from other managers: `config` states what options.field_manager
  // wants of the object; what it has stated before and states no longer goes. Creates the object if there is
  // none. With metadata.resourceVersion in it, a changed object is a Conflict; with metadata.uid, another one
  // or none.
  virtual Result<Json> apply(const Resource&, const Json& config, const WriteOptions&) = 0;
  virtual Status remove(const Resource&, const ObjectKey&, const Preconditions& = {}) = 0;
};

}  // namespace cw::kube
