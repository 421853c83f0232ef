#include "lib/acme/exchange.h"

#include "lib/acme/jws.h"
#include "lib/acme/problem.h"
#include "lib/acme/retry_after.h"
#include "lib/acme/text_rules.h"

namespace cw::acme {
namespace {

using std::chrono::ceil;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::chrono::hours kDirectoryLife(24);
constexpr std::chrono::minutes kDirectoryYouth(1);
constexpr int kNoAnswer = 999;  // the status that the field's metrics have for it
constexpr int kNotFound = 404;
constexpr int kTooManyRequests = 429;
constexpr int kUnavailable = 503;
constexpr int kFirstError = 400;
constexpr int kFirstRedirect = 300;

constexpr int kRefusedAtOnce = 3;  // after that many refused nonces there is a pause before each attempt
constexpr milliseconds kPause{100};

struct UrlParts {
  std::string_view scheme, host;
};

UrlParts parts_of(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return {};
  const std::string_view rest = url.substr(scheme_end + 3);
  return {.scheme = url.substr(0, scheme_end), .host = rest.substr(0, rest.find_first_of("/?#"))};
}

RateLimitOptions limits_of(const HttpAcmeClientOptions& options) {
  return options.limits ? *options.limits : published_limits(parts_of(options.server_url).host);
}

Failure throttled(milliseconds wait, const std::string& why) {
  const seconds whole = ceil<seconds>(wait);
  return {.kind = Failure::Kind::Throttled,
          .message = "acme: not sent yet, in " + std::to_string(whole.count()) + "s: " + why,
          .retry_after = whole};
}

}  // namespace

Exchange::Exchange(HttpAcmeClientOptions options, std::shared_ptr<http::HttpFetch> fetch, const Clock& clock)
    : options_(std::move(options)),
      fetch_(std::move(fetch)),
      clock_(clock),
      https_only_(options_.server_url.starts_with("https://")),
      limits_(limits_of(options_), options_.steady_now()) {}

Body Exchange::body_of(const http::ClientResponse& response) const {
  return {.content_type = response.header("Content-Type"), .bytes = response.body, .https_only = https_only_};
}

std::optional<seconds> Exchange::retry_after(const http::ClientResponse& response) const {
  return parse_retry_after(response.header("Retry-After"), clock_.now());
}

Answer<std::string> Exchange::location(const http::ClientResponse& response, std::string_view what) const {
  const std::string_view url = response.header("Location");
  const std::string where = "acme: " + std::string(what) + ": the answer's Location ";
  if (url.empty()) return malformed_answer(where + "is missing");
  const auto checked = check_server_url(url, https_only_);
  if (!checked) return malformed_answer(where + "is no URL to use: " + checked.error().message);
  return std::string(url);
}

std::optional<Failure> Exchange::take_order() {
  const auto wait = limits_.take_order(options_.steady_now());
  if (!wait) return std::nullopt;
  return throttled(*wait, "the account has made as many orders as the server's published limits allow");
}

std::optional<Failure> Exchange::reason_to_wait(const Call& call) {
  const SteadyTime now = options_.steady_now();
  if (const auto hold = held_back_.find(call.endpoint, call.subject, now)) {
    return throttled(ceil<milliseconds>(hold->until - now), "the server asked to wait: " + hold->reason);
  }
  if (const auto wait = limits_.take_request(call.endpoint, now)) {
    return throttled(*wait, "the server's published limits allow no more requests of this kind in a second");
  }
  return std::nullopt;
}

Answer<http::ClientResponse> Exchange::fetch_recorded(const Call& call, const http::FetchRequest& request) {
  const SteadyTime start = options_.steady_now();
  auto response = fetch_->fetch(request);
  if (options_.observe) {
    const UrlParts url = parts_of(request.url);
    options_.observe(
        {.action = call.action,
         .host = url.host,
         .method = request.method,
         .scheme = url.scheme,
         .status = response ? response->status : kNoAnswer,
         .took = std::chrono::duration_cast<std::chrono::microseconds>(options_.steady_now() - start)});
  }
  if (!response) {
    return Failure{.kind = Failure::Kind::Unreachable, .message = std::move(response).error().message};
  }
  return *std::move(response);
}

Failure Exchange::failure_of(const Call& call, const http::ClientResponse& response) {
  if (response.status < kFirstError) {
    return malformed_answer("acme: " + call.url + ": the server answered with status " +
                            std::to_string(response.status));
  }
  Failure failure = refused(decode_problem(response.status, body_of(response)), retry_after(response));
  const bool busy = response.status == kUnavailable;
  if (failure.retry_after && (busy || response.status == kTooManyRequests)) {
    const SteadyTime now = options_.steady_now();
    held_back_.add(call.endpoint, busy ? "" : call.subject,
                   {.until = now + *failure.retry_after, .reason = failure.message}, now);
  }
  return failure;
}

Answer<http::ClientResponse> Exchange::send(const Call& call, const http::FetchRequest& request) {
  if (const auto checked = check_server_url(request.url, https_only_); !checked) {
    return malformed_answer("acme: " + checked.error().message);
  }
  if (auto wait = reason_to_wait(call)) return *std::move(wait);
  auto response = TRY(fetch_recorded(call, request));
  // That of a new nonce is for the one who asked.
  if (call.endpoint != Endpoint::Nonce) nonces_.put(response.header("Replay-Nonce"));
  if (response.status < kFirstRedirect) return response;
  return failure_of(call, response);
}

Answer<http::ClientResponse> Exchange::get(const Call& call) {
  http::FetchRequest request{.method = "GET", .url = call.url};
  if (!call.accept.empty()) request.headers.emplace_back("Accept", call.accept);
  return send(call, request);
}

Answer<std::string> Exchange::take_nonce(std::string_view action) {
  if (auto nonce = nonces_.take()) return *std::move(nonce);
  const auto ask = [&]() -> Answer<http::ClientResponse> {
    const Call call{.action = action, .endpoint = Endpoint::Nonce, .url = TRY(directory()).new_nonce};
    return send(call, {.method = "HEAD", .url = call.url});
  };
  auto answer = ask();
  if (!answer && answer.error().problem.status == kNotFound && forget_directory()) answer = ask();
  if (!answer) return std::move(answer).error();
  const std::string_view nonce = answer->header("Replay-Nonce");
  if (is_nonce(nonce)) return std::string(nonce);
  return malformed_answer("acme: the server's new nonce is missing or no base64url text");
}

Answer<http::ClientResponse> Exchange::post(const Call& call, const Signer& signer,
                                            std::string_view payload) {
  for (int refused_nonces = 0;; ++refused_nonces) {
    const std::string nonce = TRY(take_nonce(call.action));
    const auto signed_text =
        sign_jws(signer.key, {.url = call.url, .nonce = nonce, .kid = signer.kid}, payload);
    if (!signed_text) return malformed_answer("acme: " + signed_text.error().message);
    http::FetchRequest request{
        .method = "POST", .url = call.url, .body = *signed_text, .content_type = "application/jose+json"};
    if (!call.accept.empty()) request.headers.emplace_back("Accept", call.accept);
    auto answer = send(call, request);
    if (answer || !answer.error().is("badNonce") || refused_nonces >= options_.max_refused_nonces) {
      return answer;
    }
    if (refused_nonces + 1 >= kRefusedAtOnce) options_.pause(kPause);
  }
}

Answer<Directory> Exchange::fetch_directory() {
  const auto response =
      TRY(get({.action = "discover", .endpoint = Endpoint::Directory, .url = options_.server_url}));
  return decode_directory(body_of(response));
}

Answer<Directory> Exchange::directory() {
  const unsigned failures_before = directory_failures_;
  const std::scoped_lock lock(directory_mutex_);
  if (directory_ && clock_.now() - directory_fetched_ < kDirectoryLife) return *directory_;
  if (directory_failures_ != failures_before && directory_failure_) return *directory_failure_;
  auto fetched = fetch_directory();
  if (fetched) {
    directory_ = *fetched;
    directory_fetched_ = clock_.now();
    return fetched;
  }
  ++directory_failures_;
  directory_failure_ = fetched.error();
  return fetched;
}

bool Exchange::forget_directory() {
  const std::scoped_lock lock(directory_mutex_);
  if (directory_ && clock_.now() - directory_fetched_ < kDirectoryYouth) return false;
  directory_.reset();
  return true;
}

}  // namespace cw::acme
