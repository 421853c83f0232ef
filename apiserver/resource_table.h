// ResourceTable: every resource that is served. Immutable; rows stay where they are; thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/resource_row.h"

namespace cw::apiserver {

class ResourceTable {
 public:
  // The core kinds and the kinds of schemas/.
  ResourceTable();
  ResourceTable(const ResourceTable&) = delete;
  ResourceTable& operator=(const ResourceTable&) = delete;

  // nullptr if it is not served.
  const ResourceRow* find(std::string_view group, std::string_view version, std::string_view plural) const;
  const ResourceRow* find(const kube::Resource& resource) const {
    return find(resource.group, resource.version, resource.plural);
  }
  const ResourceRow* find_kind(std::string_view api_version, std::string_view kind) const;
  // By the store's name for it.
  const ResourceRow* find_stored(std::string_view stored_as) const;
  // In the order of discovery.
  const std::vector<std::unique_ptr<const ResourceRow>>& rows() const { return rows_; }
  // Whether unknown resources of the group are told as the API's own (a Status) or as of no one (plain text).
  bool is_core_group(std::string_view group, std::string_view version) const;
  // One row for each resource of the store.
  std::vector<const ResourceRow*> stored() const;

 private:
  std::vector<std::unique_ptr<const ResourceRow>> rows_;
};

// resources.cpp: the table of the core kinds.
std::vector<ResourceRow> core_rows();
ResourceRow custom_row(const schemas::KindSchema&);

}  // namespace cw::apiserver
