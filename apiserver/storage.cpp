#include "apiserver/storage.h"

#include <filesystem>

#include "apiserver/cached_store.h"
#include "apiserver/etcd/etcd_store.h"
#include "apiserver/kinds/address_pool.h"
#include "apiserver/sqlite_journal.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kStoreFile = "store.db";

Result<Storage> open_etcd(const EtcdOptions& options, const DataDirectory* directory, const Clock& clock) {
  if (directory == nullptr) return Error{Code::Invalid, "--etcd-servers needs --data-dir, for the keys"};
  if (std::filesystem::exists(directory->file(kStoreFile))) {
    return Error{Code::Invalid, directory->path() +
                                    " has a store of its own (store.db); with --etcd-servers "
                                    "give another --data-dir"};
  }
  auto store = TRY(EtcdStore::open(options, clock, {}, service_claims));
  SharedFiles shared(store->client(), store->keys(), *directory);
  return Storage{std::move(store), shared};
}

}  // namespace

Result<Storage> open_storage(const EtcdOptions& etcd, const DataDirectory* directory, const Clock& clock) {
  if (!etcd.servers.empty()) return open_etcd(etcd, directory, clock);
  std::unique_ptr<Journal> journal;
  if (directory != nullptr) journal = TRY(SqliteJournal::open(directory->file(kStoreFile)));
  return Storage{TRY(CachedStore::open(std::move(journal), clock))};
}

}  // namespace cw::apiserver
