// Which storage a server has, as its options say: memory, a file in its data directory, or an etcd.
#pragma once

#include <memory>
#include <optional>

#include "apiserver/data_directory.h"
#include "apiserver/etcd/etcd_client.h"
#include "apiserver/etcd/shared_files.h"
#include "apiserver/store.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace cw::apiserver {

struct Storage {
  std::unique_ptr<Store> store;
  std::optional<SharedFiles> shared = {};  // of all servers of an etcd; refers to the store
};

// In etcd if it has servers; else in the directory, which must outlive the storage; else in memory.
// Unavailable or Invalid with what is wrong and what to do.
Result<Storage> open_storage(const EtcdOptions&, const DataDirectory*, const Clock&);

}  // namespace cw::apiserver
