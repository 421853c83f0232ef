#include "lib/http/client.h"

#include <algorithm>
#include <csignal>

#include "lib/http/base_url.h"
#include "lib/http/bearer_token.h"
#include "lib/http/client_exchange.h"
#include "lib/http/connection_pool.h"
#include "lib/http/header_lookup.h"
#include "lib/http/line_splitter.h"

namespace cw::http {

std::string_view ClientResponse::header(std::string_view name) const { return find_header(headers, name); }

struct Client::Impl {
  ClientOptions options;
  BaseUrl url;
  ConnectionPool pool;
  BearerToken token;
  Descriptor stopped;  // an event, raised by stop()

  Result<ClientRequest> complete(const ClientRequest&);
  Result<ExchangeOutcome> run(const ClientRequest&, const ExchangeLimits&, const BodyReceiver&);
  Result<ClientResponse> finish(ExchangeOutcome);
};

namespace {

bool is_clean(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

Status check(const ClientRequest& request) {
  const bool clean_target = request.target.starts_with('/') && is_clean(request.target) &&
                            request.target.find(' ') == std::string::npos;
  if (!clean_target) return Error{Code::Invalid, "the request's target is not a path"};
  const bool clean_headers =
      std::all_of(request.headers.begin(), request.headers.end(),
                  [](const auto& header) { return is_clean(header.first) && is_clean(header.second); });
  if (!clean_headers || !is_clean(request.content_type)) {
    return Error{Code::Invalid, "a request header has a line break in it"};
  }
  return Done{};
}

// Whether the request may be sent anew when a kept connection turns out to be dead.
bool may_repeat(const ClientRequest& request, const ExchangeOutcome& outcome) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  return outcome.end == ExchangeOutcome::End::Broken && !outcome.answer_begun &&
         (!outcome.request_sent || reads);
}

Result<std::unique_ptr<ClientTls>> make_tls(const ClientOptions& options, const BaseUrl& url) {
  if (url.scheme == BaseUrl::Scheme::Http) return std::unique_ptr<ClientTls>();
  using Verify = ClientTlsSettings::Verify;
  return ClientTls::create({.ca_pem = options.ca_pem,
                            .verify = options.skip_verification ? Verify::Nothing : Verify::Server,
                            .certificate_pem = options.certificate_pem,
                            .private_key_pem = options.private_key_pem});
}

}  // namespace

Result<ClientRequest> Client::Impl::complete(const ClientRequest& request) {
  TRY(check(request));
  ClientRequest full = request;
  const std::string bearer = TRY(token.current());
  if (!bearer.empty()) full.headers.emplace_back("Authorization", "Bearer " + bearer);
  full.headers.emplace_back("User-Agent", options.user_agent);
  return full;
}

Result<ExchangeOutcome> Client::Impl::run(const ClientRequest& request, const ExchangeLimits& limits,
                                          const BodyReceiver& receiver) {
  const std::string host = options.host_header.empty() ? url.authority() : options.host_header;
  std::unique_ptr<Transport> transport = pool.take_kept();
  const bool kept = transport != nullptr;
  if (!kept) transport = TRY(pool.connect(limits.deadline, limits.interrupt));
  ExchangeOutcome outcome = exchange(*transport, host, request, limits, receiver);
  if (kept && may_repeat(request, outcome)) {
    transport = TRY(pool.connect(limits.deadline, limits.interrupt));
    outcome = exchange(*transport, host, request, limits, receiver);
  }
  if (outcome.reusable) pool.keep(std::move(transport));
  return outcome;
}

Result<ClientResponse> Client::Impl::finish(ExchangeOutcome outcome) {
  if (outcome.end != ExchangeOutcome::End::Broken) return std::move(outcome.response);
  return Error{Code::Unavailable, url.authority() + ": " + outcome.failure};
}

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::~Client() = default;

Result<std::unique_ptr<Client>> Client::create(ClientOptions options) {
  // OpenSSL writes with write(2): a closed connection is an error code, not the end of the process.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  const BaseUrl url = TRY(parse_base_url(options.base_url));
  auto tls = TRY(make_tls(options, url));
  const ServerAddress address{.host = url.host,
                              .port = url.port,
                              .name = options.server_name.empty() ? url.host : options.server_name};
  if (!is_clean(options.user_agent) || !is_clean(options.host_header)) {
    return Error{Code::Invalid, "the user agent or the host has a line break in it"};
  }
  return std::unique_ptr<Client>(new Client(std::unique_ptr<Impl>(
      new Impl{.options = options,
               .url = url,
               .pool = ConnectionPool(address, std::move(tls), options.max_idle_connections),
               .token = BearerToken(options.bearer_token_file, options.bearer_token),
               .stopped = TRY(make_event())})));
}

Result<ClientResponse> Client::send(const ClientRequest& request) {
  const ClientRequest full = TRY(impl_->complete(request));
  const auto timeout = request.timeout.count() > 0 ? request.timeout : impl_->options.timeout;
  const ExchangeLimits limits{.deadline = std::chrono::steady_clock::now() + timeout,
                              .interrupt = impl_->stopped.get(),
                              .max_body = impl_->options.max_body};
  return impl_->finish(TRY(impl_->run(full, limits, {})));
}

void Client::stop() { raise_event(impl_->stopped); }

Result<ClientResponse> Client::stream_lines(const ClientRequest& request,
                                            const std::function<bool(std::string_view line)>& on_line,
                                            std::stop_token stop) {
  const ClientRequest full = TRY(impl_->complete(request));
  const Descriptor interrupt = TRY(make_event());
  const std::stop_callback on_stop(stop, [&] { raise_event(interrupt); });
  const ExchangeLimits limits{.deadline = std::chrono::steady_clock::now() + impl_->options.timeout,
                              .interrupt = interrupt.get(),
                              .max_body = impl_->options.max_body};
  LineSplitter lines(limits.max_body, on_line);
  ExchangeOutcome outcome =
      TRY(impl_->run(full, limits, [&](std::string_view piece) { return lines.feed(piece); }));
  if (stop.stop_requested()) return std::move(outcome.response);
  if (lines.is_overlong()) return Error{Code::Unavailable, "a line of the stream is too long"};
  if (outcome.end == ExchangeOutcome::End::Complete) lines.finish();
  return impl_->finish(std::move(outcome));
}

}  // namespace cw::http
