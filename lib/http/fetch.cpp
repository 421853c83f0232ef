#include "lib/http/fetch.h"

#include <algorithm>
#include <list>
#include <mutex>

#include "lib/http/base_url.h"
#include "lib/http/socket.h"
#include "lib/http/url.h"

namespace cw::http {
namespace {

constexpr std::size_t kMaxOrigins = 64;  // whose connections are kept

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::chrono::milliseconds time_until(Deadline deadline) {
  const auto left = deadline - std::chrono::steady_clock::now();
  return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(left), std::chrono::milliseconds(0));
}

std::string with_address(const BaseUrl& url, const std::string& address) {
  const bool is_v6 = address.find(':') != std::string::npos;
  return std::string(url.scheme == BaseUrl::Scheme::Https ? "https://" : "http://") +
         (is_v6 ? "[" + address + "]" : address) + ":" + std::to_string(url.port);
}

}  // namespace

struct Fetcher::Impl {
  using Pointer = std::shared_ptr<Client>;

  FetcherOptions options;
  std::mutex mutex;
  std::list<std::pair<std::string, Pointer>> clients = {};  // by origin, the one used last in front

  Result<Pointer> client_for(const std::string& origin);
  Result<Pointer> make_client(ClientOptions) const;
  ClientOptions client_options(const std::string& origin) const;
  Result<ClientResponse> exchange(const SplitUrl&, const ClientRequest&, Deadline);
  Result<ClientResponse> exchange_resolved(const SplitUrl&, const ClientRequest&, Deadline) const;
};

ClientOptions Fetcher::Impl::client_options(const std::string& origin) const {
  return {.base_url = origin,
          .ca_pem = options.ca_pem,
          .skip_verification = options.skip_verification,
          .user_agent = options.user_agent,
          .timeout = options.timeout,
          .max_body = options.max_body,
          .max_idle_connections = options.keep_alive ? 4UL : 0UL};
}

Result<Fetcher::Impl::Pointer> Fetcher::Impl::make_client(ClientOptions wanted) const {
  return Pointer(TRY(Client::create(std::move(wanted))));
}

Result<Fetcher::Impl::Pointer> Fetcher::Impl::client_for(const std::string& origin) {
  const std::scoped_lock lock(mutex);
  const auto found =
      std::find_if(clients.begin(), clients.end(), [&](const auto& kept) { return kept.first == origin; });
  if (found != clients.end()) {
    clients.splice(clients.begin(), clients, found);
    return clients.front().second;
  }
  clients.emplace_front(origin, TRY(make_client(client_options(origin))));
  if (clients.size() > kMaxOrigins) clients.pop_back();
  return clients.front().second;
}

// Each address in turn, until one answers at all.
Result<ClientResponse> Fetcher::Impl::exchange_resolved(const SplitUrl& url, const ClientRequest& request,
                                                        Deadline deadline) const {
  const auto base = TRY(parse_base_url(url.origin));
  const auto addresses = TRY(options.resolve(base.host));
  Error failed{Code::Unavailable, addresses.empty() ? "the name " + base.host + " has no address" : ""};
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const std::string& address = addresses[i];
    ClientOptions wanted = client_options(with_address(base, address));
    // One that never answers leaves time for the others.
    wanted.timeout = time_until(deadline) / static_cast<int>(addresses.size() - i);
    wanted.server_name = base.host;
    wanted.host_header = base.authority();
    auto answer = TRY(make_client(std::move(wanted)))->send(request);
    if (answer) {
      answer->address = address;
      return answer;
    }
    failed.code = answer.error().code;
    failed.message += (failed.message.empty() ? "" : "; ") + answer.error().message;
  }
  return failed;
}

Result<ClientResponse> Fetcher::Impl::exchange(const SplitUrl& url, const ClientRequest& request,
                                               Deadline deadline) {
  if (options.resolve) return exchange_resolved(url, request, deadline);
  return TRY(client_for(url.origin))->send(request);
}

Fetcher::Fetcher(FetcherOptions options) : impl_(new Impl{.options = std::move(options), .mutex = {}}) {}
Fetcher::~Fetcher() = default;

Result<ClientResponse> Fetcher::fetch(const FetchRequest& request) {
  const bool follows = request.method == "GET" || request.method == "HEAD";
  std::string url = request.url;
  ClientRequest sent{.method = request.method,
                     .target = {},
                     .body = request.body,
                     .content_type = request.content_type,
                     .headers = request.headers};
  const Deadline deadline = std::chrono::steady_clock::now() + impl_->options.timeout;
  for (int hop = 0;; ++hop) {
    const auto split = TRY(split_url(url));
    sent.target = split.target;
    auto answer = impl_->exchange(split, sent, deadline);
    if (!answer || !follows || impl_->options.max_redirects == 0 || !is_redirect(answer->status))
      return answer;
    if (time_until(deadline).count() <= 0) {
      return Error{Code::Unavailable, split.origin + ": timed out following redirects"};
    }
    if (hop >= impl_->options.max_redirects) {
      return Error{Code::Unavailable, split.origin + ": more than " +
                                          std::to_string(impl_->options.max_redirects) + " redirects"};
    }
    url = TRY(resolve_location(url, answer->header("Location")));
    // What was meant for one host is no business of another.
    if (!url.starts_with(split.origin + "/")) sent.headers.clear();
  }
}

}  // namespace cw::http
