// HttpKubeClient: KubeReader and KubeWriter over HTTP to a real API server, ours or Kubernetes' own.
// Thread-safe. Lists are fetched in pages. A request that was refused for load is repeated a few times.
// Requests are not held back where the server says that it shares itself out (API priority and fairness).
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "lib/base/result.h"
#include "lib/client/kubeconfig.h"
#include "lib/client/retry.h"
#include "lib/client/token_bucket.h"
#include "lib/http/client.h"
#include "lib/kube/client.h"

namespace cw::client {

struct KubeClientOptions {
  std::string user_agent = "certwright";  // "certwright-controller/v1 (certificates)"
  int page_size = 500;                    // objects a page of a list
  RetryPolicy retry = {};
  std::chrono::milliseconds timeout{30000};  // of one request; a watch only has to begin in it
  std::optional<RateLimit> rate = {};        // of servers without priority and fairness; none: no limit
};

class HttpKubeClient final : public kube::KubeReader, public kube::KubeWriter {
 public:
  // Connects to nothing yet. Invalid: a certificate or the address does not parse.
  static Result<std::unique_ptr<HttpKubeClient>> create(ClusterAccess, KubeClientOptions = {});

  // For good, from any thread: what is under way and all that is asked later is Unavailable at once, but for
  // watches, which have their tokens. So that nobody who ends waits for a server that hangs.
  void stop();

  Result<kube::Json> get(const kube::Resource&, const kube::ObjectKey&) const override;
  Result<kube::ObjectList> list(const kube::Resource&, const kube::ListOptions&) const override;
  Status watch(const kube::Resource&, const kube::WatchOptions&, const kube::OnWatchEvent&,
               std::stop_token) const override;
  Result<kube::Json> get_path(std::string_view path) const override;

  Result<kube::Json> create(const kube::Resource&, const kube::Json& object,
                            const kube::WriteOptions& = {}) override;
  Result<kube::Json> update(const kube::Resource&, kube::Part, const kube::Json& object,
                            const kube::WriteOptions& = {}) override;
  Result<kube::Json> merge_patch(const kube::Resource&, const kube::ObjectKey&, kube::Part,
                                 const kube::Json& patch, const kube::WriteOptions& = {}) override;
  Result<kube::Json> apply(const kube::Resource&, const kube::Json& config,
                           const kube::WriteOptions&) override;
  Status remove(const kube::Resource&, const kube::ObjectKey&, const kube::Preconditions& = {}) override;

 private:
  HttpKubeClient(std::unique_ptr<http::Client> http, std::string path_prefix, KubeClientOptions options)
      : http_(std::move(http)), path_prefix_(std::move(path_prefix)), options_(std::move(options)) {
    if (options_.rate) bucket_.emplace(*options_.rate);
  }
  Result<kube::Json> send(http::ClientRequest) const;
  Status wait_for_turn(const std::stop_token&) const;
  Result<http::ClientResponse> send_patiently(const http::ClientRequest&) const;
  Result<kube::Json> list_page(const kube::Resource&, const kube::ListOptions&,
                               const std::string& next) const;

  const std::unique_ptr<http::Client> http_;
  const std::string path_prefix_;
  const KubeClientOptions options_;
  mutable std::optional<TokenBucket> bucket_;
  mutable std::atomic<bool> server_is_fair_{false};
  std::stop_source stop_;
};

}  // namespace cw::client
