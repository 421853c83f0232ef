// ResourceTable: every resource that is served. Core rows and those of schemas/ are there from the start;
// CustomResourceDefinitions install and remove others while requests are answered. Readers see one moment's
// picture and keep the rows that they hold. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "apiserver/resource_row.h"

namespace cw::apiserver {

class ResourceTable {
 public:
  using Rows = std::vector<RowPtr>;

  // The core kinds and the kinds of schemas/, but for those that `leaves_out` names.
  explicit ResourceTable(const std::function<bool(const schemas::KindSchema&)>& leaves_out = {});
  ResourceTable(const ResourceTable&) = delete;
  ResourceTable& operator=(const ResourceTable&) = delete;

  // Null if it is not served.
  RowPtr find(std::string_view group, std::string_view version, std::string_view plural) const;
  RowPtr find(const kube::Resource& resource) const {
    return find(resource.group, resource.version, resource.plural);
  }
  RowPtr find_kind(std::string_view api_version, std::string_view kind) const;
  // By the store's name for it, in the form in which it is stored; also if that version is not served.
  RowPtr find_stored(std::string_view stored_as) const;
  // All that are served, in the order of discovery.
  Rows rows() const;
  // One row for each resource of the store.
  Rows stored() const;
  // Whether unknown resources of the group are told as the API's own (a Status) or as of no one (plain text).
  bool is_core_group(std::string_view group, std::string_view version) const;

  // The versions of one CustomResourceDefinition take the place of those that it had.
  void install(const std::string& definition, std::vector<RowPtr> rows);
  void remove(const std::string& definition) { install(definition, {}); }
  // Changes with every change of the table.
  std::uint64_t generation() const;

 private:
  using Name = std::tuple<std::string_view, std::string_view, std::string_view>;
  struct Picture {
    Rows served;
    Rows stored;
    std::map<Name, RowPtr> by_name;                                      // group, version, plural
    std::map<std::pair<std::string, std::string_view>, RowPtr> by_kind;  // API version, kind
    std::map<std::string_view, RowPtr> by_stored;
    std::uint64_t generation = 0;
  };
  using PicturePtr = std::shared_ptr<const Picture>;

  static PicturePtr picture_of(Rows rows, std::uint64_t generation);
  PicturePtr now() const;

  mutable std::shared_mutex mutex_;  // guards the next two
  Rows rows_;                        // served or not
  PicturePtr picture_;
};

// resources.cpp: the table of the core kinds.
std::vector<ResourceRow> core_rows();
// The row of one version of a custom resource. What `kind` refers to must outlive it.
ResourceRow custom_row(const schemas::KindSchema& kind);

}  // namespace cw::apiserver
