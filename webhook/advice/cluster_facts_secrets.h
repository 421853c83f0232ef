// SecretIndex: which Secrets there are in the cluster, and whose Certificate each is by its annotation;
// nothing else of them, no data ever: below 200 bytes each. Follows the API server, metadata only.
// Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "lib/kube/client.h"
#include "lib/kube/resource.h"
#include "lib/watch/watch_loop.h"

namespace cw::webhook {

class SecretIndex final : private watch::WatchSink {
 public:
  // On the thread that follows, without a lock held.
  using OnChange = std::function<void(const kube::ObjectKey&)>;

  SecretIndex(const kube::KubeReader&, watch::Patience, OnChange);

  void run(const std::stop_token& stop) { loop_.run(stop); }
  bool synced() const { return loop_.synced(); }

  // nullopt: there is no such Secret; empty: it is no Certificate's. Whether the index is synced is for the
  // caller to ask.
  std::optional<std::string> certificate_of(const kube::ObjectKey& secret) const;
  std::size_t size() const;

 private:
  struct Record {
    std::unique_ptr<const std::string> certificate_name;  // null for most
    std::uint64_t round = 0;
  };

  void list_expected() override {}
  void list_begins(std::uint64_t version) override;
  void listed(kube::Json&&) override;
  void list_ends(std::uint64_t version) override;
  void happened(kube::WatchEventKind, kube::Json&&) override;

  void take(std::vector<std::string> row);

  OnChange on_change_;
  mutable std::shared_mutex mutex_;
  std::map<std::string, Record> entries_;  // by "namespace/name", one string: there may be very many
  std::uint64_t round_ = 0;
  watch::WatchLoop loop_;  // last: it calls the rest
};

}  // namespace cw::webhook
