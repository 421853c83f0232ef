// ReadPath: get, list and watch over the store, with selectors, limits and versions as kube-apiserver has
// them. Thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "apiserver/api_parts.h"
#include "apiserver/request_options.h"
#include "apiserver/selection.h"
#include "lib/kube/client.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

struct ListAnswer {
  std::vector<ObjectPtr> objects;
  Revision revision = 0;
  std::string continue_token = {};
  std::optional<std::size_t> remaining = {};  // objects behind the limit, where they can be counted
};

struct ShownEvent {
  kube::WatchEventKind kind = kube::WatchEventKind::Added;
  ObjectPtr object;
};

struct ShownEvents {
  std::vector<ShownEvent> events;
  Revision revision = 0;  // everything up to here has been shown
};

// In which version a resource shows its objects, where a conversion webhook makes it.
struct ServedForm {
  std::shared_ptr<const VersionConverter> converter = {};  // null: as they are stored
  std::string api_version = {};
};

// One client's watch: changes as its selection sees them. Used by one thread.
class ObjectWatch {
 public:
  ObjectWatch(std::unique_ptr<StoreWatch> changes, Selection selection, std::optional<Listing> initial,
              ServedForm form)
      : changes_(std::move(changes)),
        selection_(std::move(selection)),
        initial_(std::move(initial)),
        form_(std::move(form)) {}
  // First what is there already, if that was asked for, and be it nothing; then what changes. Gone: too far
  // behind; Unavailable: a change cannot be shown, its conversion webhook says why.
  Result<ShownEvents> next(std::chrono::milliseconds wait, const std::stop_token& stop);

 private:
  Result<ObjectEvent> formed(const ObjectEvent&) const;
  void show(const ObjectEvent&, std::vector<ShownEvent>& events) const;

  std::unique_ptr<StoreWatch> changes_;
  Selection selection_;
  std::optional<Listing> initial_;
  ServedForm form_;
};

class ReadPath {
 public:
  explicit ReadPath(const ApiParts& parts) : parts_(parts) {}

  // `version`: what is answered must not be older, as the client says it; may be empty.
  kube::Outcome<ObjectPtr> get(const ResourceRow&, const ObjectKey&, const std::string& version = {}) const;
  kube::Outcome<ListAnswer> list(const ResourceRow&, const std::string& name_space, const ListOptions&) const;
  // 410 if the version is no longer known.
  kube::Outcome<std::unique_ptr<ObjectWatch>> watch(const ResourceRow&, const std::string& name_space,
                                                    const ListOptions&) const;

 private:
  kube::Outcome<Listing> list_at(const StoreScope&, const ListOptions&, std::optional<Revision> at) const;

  ApiParts parts_;
};

}  // namespace cw::apiserver
