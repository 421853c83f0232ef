// EtcdClient: one etcd through the gRPC gateway of its members. Goes to another member when one does not
// answer. Thread-safe. Errors: Unavailable (no member answers; of a write it may be unknown whether it has
// happened), Gone (history that is compacted), Invalid (settings that do not parse, too large a request).
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/etcd/etcd_wire.h"
#include "lib/base/result.h"
#include "lib/http/client.h"

namespace cw::apiserver {

// Named and meant as kube-apiserver's flags of etcd.
struct EtcdOptions {
  std::vector<std::string> servers = {};  // "https://10.0.0.1:2379"; http for loopback
  std::string ca_file = {};               // empty: the system's
  std::string certificate_file = {};
  std::string key_file = {};
  std::string prefix = "/certwright";
};

class EtcdClient {
 public:
  static Result<std::unique_ptr<EtcdClient>> create(const EtcdOptions&);
  EtcdClient(const EtcdClient&) = delete;
  EtcdClient& operator=(const EtcdClient&) = delete;
  ~EtcdClient();

  // Sees all that was written before the call.
  Result<EtcdPage> range(const EtcdRange&) const;
  Result<EtcdWritten> write(const EtcdWrite&) const;
  Status put(const std::string& key, const std::string& value) const;
  // History before it is given up, of all that is in this etcd. Done if it has been already.
  Status compact(Revision) const;
  // Lines until etcd ends it, `on_line` says false or `stop` is asked.
  Status watch(const std::string& request, const std::function<bool(std::string_view)>& on_line,
               const std::stop_token& stop) const;
  // Requests go to another member than this watch did from now on.
  void leave_watched() const { turn_from(watched_.load()); }
  // For good: whatever waits is Unavailable.
  void stop();

 private:
  using Member = std::unique_ptr<http::Client>;
  explicit EtcdClient(std::vector<Member> members) : members_(std::move(members)) {}
  http::Client& member(std::size_t turn) const { return *members_[turn % members_.size()]; }
  std::size_t attempts() const;
  void turn_from(std::size_t turn) const;
  Result<std::string> send(std::size_t turn, const char* target, const std::string& body) const;
  Result<std::string> send_patiently(const char* target, const std::string& body) const;

  const std::vector<Member> members_;
  mutable std::atomic<std::size_t> turn_{0};     // the member that is asked first
  mutable std::atomic<std::size_t> watched_{0};  // its value when the watch began
};

}  // namespace cw::apiserver
