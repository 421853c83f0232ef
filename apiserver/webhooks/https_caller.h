// HttpsCaller: webhooks over HTTPS. Connections are kept and used again, by target; the number of calls under
// way and the size of answers are bounded. Thread-safe.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <utility>

#include "apiserver/store.h"
#include "apiserver/webhooks/caller.h"
#include "lib/http/client.h"

namespace cw::apiserver::webhooks {

class HttpsCaller final : public Caller {
 public:
  // Services are looked up in the store, which must outlive it.
  explicit HttpsCaller(const Store& store) : store_(store) {}

  Result<CallAnswer> post(const Target&, const std::string& body, std::chrono::seconds timeout) override;
  // For good: calls under way and later ones fail at once.
  void stop();

 private:
  using ClientPtr = std::shared_ptr<http::Client>;
  struct Endpoint {
    std::string origin;       // where to connect: "https://10.0.0.7:8443"
    std::string server_name;  // empty: the host of the origin
    std::string host_header;
    std::string path;
    std::string shown;  // the URL, for messages
  };

  Result<Endpoint> endpoint_of(const Target&, const std::string& query) const;
  Result<ClientPtr> client_for(const Endpoint&, const std::string& ca_pem);

  static constexpr std::ptrdiff_t kMostCalls = 256;  // at once; more wait
  const Store& store_;
  std::counting_semaphore<kMostCalls> room_{kMostCalls};
  std::mutex mutex_;                                      // guards what follows
  std::list<std::pair<std::string, ClientPtr>> clients_;  // by endpoint and CA, the one used last in front
  bool stopped_ = false;
};

}  // namespace cw::apiserver::webhooks
