// SharedFiles: the CA and the keys of a data directory, the same on all servers of one etcd: the first to
// start puts its own there, the others take them. They stand beside the objects, as readable as the Secrets
// among those: who may read this etcd may do everything (docs/storage.md). Errors: Unavailable.
#pragma once

#include <cstdint>

#include "apiserver/data_directory.h"
#include "apiserver/etcd/etcd_client.h"
#include "apiserver/etcd/etcd_keys.h"
#include "lib/base/result.h"

namespace cw::apiserver {

class SharedFiles {
 public:
  // All outlive it.
  SharedFiles(const EtcdClient& client, const EtcdKeys& keys, const DataDirectory& directory)
      : client_(client), keys_(keys), directory_(directory) {}

  enum class OnDifference : std::uint8_t { Refuse, Replace };
  // Writes what is shared into the directory. A file there that differs may be of another installation.
  Status take(OnDifference) const;
  // Shares the directory's files. False: another server was faster: take() its files, then make the rest
  // anew.
  Result<bool> offer() const;

 private:
  struct Shared {
    KeyFiles files;
    Revision revision = 0;  // 0: nothing is shared yet
  };
  Result<Shared> read() const;

  const EtcdClient& client_;
  const EtcdKeys& keys_;
  const DataDirectory& directory_;
};

}  // namespace cw::apiserver
