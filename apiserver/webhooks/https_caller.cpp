#include "apiserver/webhooks/https_caller.h"

#include <algorithm>
#include <functional>

#include "apiserver/webhooks/service_address.h"
#include "lib/http/url.h"
#include "lib/kube/field_error.h"

namespace cw::apiserver::webhooks {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t kMostClients = 64;            // whose connections are kept
constexpr std::size_t kLargestAnswer = 3UL << 20U;  // bytes
constexpr std::string_view kUserAgent = "kube-apiserver-admission";

// The place of a call among those under way.
class Place {
 public:
  template <typename Semaphore>
  Place(Semaphore& room, SteadyTime deadline) {
    if (!room.try_acquire_until(deadline)) return;
    leave_ = [&room] { room.release(); };
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    if (leave_) leave_();
  }
  explicit operator bool() const { return static_cast<bool>(leave_); }

 private:
  std::function<void()> leave_;
};

// "10.0.0.7:8443: connect: Connection refused", as kube-apiserver says it.
std::string as_dialled(std::string why) {
  constexpr std::string_view kConnect = ": connect: ";
  const std::size_t at = why.find(kConnect);
  if (at == std::string::npos || at + kConnect.size() >= why.size()) return why;
  char& letter = why[at + kConnect.size()];
  if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return "dial tcp " + why;
}

}  // namespace

Result<HttpsCaller::Endpoint> HttpsCaller::endpoint_of(const Target& target, const std::string& query) const {
  if (!target.url.empty()) {
    const auto url = TRY(http::split_url(target.url));
    return Endpoint{.origin = url.origin,
                    .server_name = {},
                    .host_header = {},
                    .path = url.target + query,
                    .shown = url.origin + url.target + query};
  }
  const std::string name = target.service + "." + target.name_space + ".svc";
  const std::string host = name + ":" + std::to_string(target.port);
  const std::string path = (target.path.starts_with('/') ? "" : "/") + target.path + query;
  const std::string shown = "https://" + host + path;
  const auto address = service_address(store_, {target.name_space, target.service, target.port});
  if (!address)
    return Error{Code::Unavailable, "Post " + kube::quoted(shown) + ": " + address.error().message};
  return Endpoint{"https://" + *address, name, host, path, shown};
}

Result<HttpsCaller::ClientPtr> HttpsCaller::client_for(const Endpoint& endpoint, const std::string& ca_pem) {
  const std::string key = endpoint.origin + " " + endpoint.host_header + " " + ca_pem;
  const std::scoped_lock lock(mutex_);
  if (stopped_) return Error{Code::Unavailable, "the server is stopping"};
  const auto found =
      std::find_if(clients_.begin(), clients_.end(), [&](const auto& kept) { return kept.first == key; });
  if (found != clients_.end()) {
    clients_.splice(clients_.begin(), clients_, found);
    return clients_.front().second;
  }
  ClientPtr client = TRY(http::Client::create({.base_url = endpoint.origin,
                                               .ca_pem = ca_pem,
                                               .server_name = endpoint.server_name,
                                               .host_header = endpoint.host_header,
                                               .user_agent = std::string(kUserAgent),
                                               .max_body = kLargestAnswer}));
  clients_.emplace_front(key, std::move(client));
  if (clients_.size() > kMostClients) clients_.pop_back();
  return clients_.front().second;
}

Result<CallAnswer> HttpsCaller::post(const Target& target, const std::string& body,
                                     std::chrono::seconds timeout) {
  const SteadyTime deadline = std::chrono::steady_clock::now() + timeout;
  const Endpoint endpoint = TRY(endpoint_of(target, "?timeout=" + std::to_string(timeout.count()) + "s"));
  const auto failed = [&](const std::string& why) {
    const bool late = std::chrono::steady_clock::now() >= deadline;
    return Error{Code::Unavailable,
                 "Post " + kube::quoted(endpoint.shown) + ": " + (late ? "context deadline exceeded" : why)};
  };
  const auto client = client_for(endpoint, target.ca_pem);
  if (!client && client.error().code == Code::Invalid) {
    return Error{Code::Invalid, "unable to load root certificates: " + client.error().message};
  }
  if (!client) return failed(client.error().message);
  const Place place(room_, deadline);
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  if (!place || left.count() <= 0) return failed("too many webhooks are being called");
  auto answer = (*client)->send({.method = "POST",
                                 .target = endpoint.path,
                                 .body = body,
                                 .content_type = "application/json",
                                 .headers = {{"Accept", "application/json, */*"}},
                                 .timeout = left});
  if (!answer) return failed(as_dialled(answer.error().message));
  return CallAnswer{answer->status, std::string(answer->header("Content-Type")), std::move(answer->body)};
}

void HttpsCaller::stop() {
  const std::scoped_lock lock(mutex_);
  stopped_ = true;
  for (const auto& [key, client] : clients_) client->stop();
}

}  // namespace cw::apiserver::webhooks
