// ApiServer: the embedded API server: store, HTTPS listener, housekeeping. Started once.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "apiserver/account_controllers.h"
#include "apiserver/audit/audit_log.h"
#include "apiserver/etcd/etcd_client.h"
#include "apiserver/in_process_client.h"
#include "apiserver/limits/request_limits.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/http/server.h"
#include "lib/kube/admitter.h"
#include "lib/pki/private_key.h"
#include "schemas/kinds.h"

namespace cw::apiserver {

struct ApiServerOptions {
  std::string data_dir = {};  // empty: everything in memory, gone at the end
  std::string address = "127.0.0.1";
  int port = 0;                     // 0: any free one
  std::string kubeconfig_out = {};  // written when the server answers; empty: none
  AuditOptions audit = {};
  RequestLimitOptions limits = {};
  EtcdOptions etcd = {};  // with servers: objects are there, the directory has the keys only
  // Whether it is this one of several servers that keeps house; empty: it is the only one.
  std::function<bool()> keeps_house = {};
  AccountControllers accounts = {};             // which of them work
  std::vector<std::string> documentation = {};  // OpenAPI v2 files whose descriptions go before ours
  // Which of our own kinds are served; empty: all.
  std::function<bool(const schemas::KindSchema&)> serves_kind = {};
};

class ApiServer {
 public:
  // Reads the data directory. The clock, the admitter (may be null: all is admitted) and the key maker must
  // outlive the server. Unavailable with what is wrong and what to do.
  static Result<std::unique_ptr<ApiServer>> create(ApiServerOptions, const Clock&, kube::Admitter*,
                                                   pki::KeyMaker&);
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;
  ~ApiServer();  // stops

  // Serves on threads of its own; everything is ready when it returns. Unavailable if the address is taken.
  Status start();
  // Answers what is under way, ends watches, stops. Local clients may be used until then, and reads after it.
  void stop();

  // What a request gets without the network, once started. Its peer is whom it says.
  http::Response answer(const http::Request&);

  // "https://127.0.0.1:6443", once started.
  const std::string& url() const;
  // A client in this process, which may do all. It acts as this user: a service account is in the groups of
  // one, and an access review of it tells what RBAC gives it; others are administrators.
  std::unique_ptr<InProcessClient> local_client(const std::string& user_name);

 private:
  struct Impl;
  explicit ApiServer(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cw::apiserver
