// ApiServer: the embedded API server: store, HTTPS listener, housekeeping. Started once.
#pragma once

#include <memory>
#include <string>

#include "apiserver/in_process_client.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/admitter.h"
#include "lib/pki/private_key.h"

namespace cw::apiserver {

struct ApiServerOptions {
  std::string data_dir = {};  // empty: everything in memory, gone at the end
  std::string address = "127.0.0.1";
  int port = 0;                     // 0: any free one
  std::string kubeconfig_out = {};  // written when the server answers; empty: none
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
