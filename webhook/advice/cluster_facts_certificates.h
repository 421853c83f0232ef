// CertificateIndex: of every Certificate in the cluster only what advice asks for, its Secret's name and a
// digest of issuer and names: below 500 bytes each. Follows the API server. Thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <shared_mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "lib/kube/client.h"
#include "lib/kube/resource.h"
#include "lib/watch/watch_loop.h"

namespace cw::webhook {

class CertificateIndex final : private watch::WatchSink {
 public:
  CertificateIndex(const kube::KubeReader&, watch::Patience);

  void run(const std::stop_token& stop) { loop_.run(stop); }
  bool synced() const { return loop_.synced(); }

  // The first `limit`, in order of their names. Whether the index is synced is for the caller to ask.
  std::vector<std::string> with_secret(const kube::ObjectKey& secret, std::size_t limit) const;
  std::vector<kube::ObjectKey> with_names(std::string_view names_key, std::size_t limit) const;
  std::size_t size() const;

 private:
  static constexpr std::size_t kDigestBytes = 16;
  using Digest = std::array<unsigned char, kDigestBytes>;
  struct Record {
    std::string secret_name;
    Digest names{};  // all zero: it names nothing
    std::uint64_t round = 0;
  };
  using Entry = std::map<kube::ObjectKey, Record>::value_type;
  struct BySecret {
    using is_transparent = void;
    bool operator()(const Entry* left, const Entry* right) const;
    bool operator()(const Entry* left, const kube::ObjectKey& secret) const;
    bool operator()(const kube::ObjectKey& secret, const Entry* right) const;
  };
  struct ByNames {
    using is_transparent = void;
    bool operator()(const Entry* left, const Entry* right) const;
    bool operator()(const Entry* left, const Digest& right) const { return left->second.names < right; }
    bool operator()(const Digest& left, const Entry* right) const { return left < right->second.names; }
  };

  void list_expected() override {}
  void list_begins(std::uint64_t version) override;
  void listed(kube::Json&&) override;
  void list_ends(std::uint64_t version) override;
  void happened(kube::WatchEventKind, kube::Json&&) override;

  static Digest digest_of(std::string_view names_key);
  void take(const std::vector<std::string>& row);
  void put(const kube::ObjectKey&, Record);
  void remove(const kube::ObjectKey&);
  void index(const Entry&);
  void forget(const Entry&);

  mutable std::shared_mutex mutex_;
  std::map<kube::ObjectKey, Record> entries_;
  std::set<const Entry*, BySecret> by_secret_;
  std::set<const Entry*, ByNames> by_names_;
  std::uint64_t round_ = 0;
  watch::WatchLoop loop_;  // last: it calls the rest
};

}  // namespace cw::webhook
