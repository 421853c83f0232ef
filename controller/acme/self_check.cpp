#include "controller/acme/self_check.h"

#include <algorithm>

#include "controller/acme/http01_target.h"
#include "lib/http/addresses.h"
#include "lib/kube/field_error.h"

namespace cw::controller::acme {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMaxAddresses = 6;  // of a host that are tried
constexpr std::size_t kShownBody = 40;    // bytes of what was answered instead

// RFC 8555 §8.3: the server should ignore whitespace at the end of the body.
std::string_view without_trailing_space(std::string_view body) {
  const std::size_t last = body.find_last_not_of(" \t\r\n\v\f");
  return last == std::string_view::npos ? std::string_view() : body.substr(0, last + 1);
}

std::string shown(std::string_view body) {
  if (body.empty()) return "an empty body";
  const bool is_whole = body.size() <= kShownBody;
  return (is_whole ? "the body " : "a body that begins ") + kube::quoted(body.substr(0, kShownBody));
}

std::string difference(const http::ClientResponse& answer) {
  const std::string where = answer.address.empty() ? "" : " (asked at " + answer.address + ")";
  const std::string status = "status " + std::to_string(answer.status);
  if (answer.status != 200)
    return status + where + " and " + shown(answer.body) + " instead of 200 and the key";
  return shown(answer.body) + where + " instead of the key";
}

}  // namespace

std::string challenge_url(std::string_view dns_name, std::string_view token, int port) {
  const bool is_v6 = dns_name.find(':') != std::string_view::npos;
  const std::string host = is_v6 ? "[" + std::string(dns_name) + "]" : std::string(dns_name);
  return "http://" + host + (port == 80 ? "" : ":" + std::to_string(port)) + challenge_path(token);
}

Visibility SelfCheck::look(const api::ChallengeSpec& challenge) const {
  if (!is_token(challenge.token)) return {.reason = "spec.token: is not base64url", .look_again = {}};
  const std::string url = challenge_url(challenge.dns_name, challenge.token, port_);
  const auto answer = fetch_.fetch({.url = url});
  if (!answer) return {.reason = url + ": " + answer.error().message, .look_again = {}};
  if (answer->status == 200 && without_trailing_space(answer->body) == challenge.key) {
    return {.visible = true, .look_again = {}};
  }
  return {.reason = url + ": " + difference(*answer), .look_again = {}};
}

seconds next_look(std::optional<TimePoint> presented, TimePoint now) {
  if (!presented || now <= *presented) return seconds(1);
  const auto age = std::chrono::duration_cast<seconds>(now - *presented);
  return std::clamp(age / 4, seconds(1), seconds(10));
}

http::FetcherOptions self_check_fetcher(dns::DnsLookup& lookup, std::vector<std::string> nameservers) {
  http::FetcherOptions options;
  options.skip_verification = true;  // whoever answers at the name after a redirect is who the CA will see
  options.timeout = std::chrono::seconds(10);
  options.max_body = 1UL << 20U;
  options.max_redirects = 10;
  options.keep_alive = false;
  Resolve resolve =
      nameservers.empty() ? Resolve(http::system_addresses) : resolve_with(lookup, std::move(nameservers));
  options.resolve = [resolve = std::move(resolve)](const std::string& host) {
    auto addresses = resolve(host);
    if (addresses && addresses->size() > kMaxAddresses) addresses->resize(kMaxAddresses);
    return addresses;
  };
  return options;
}

}  // namespace cw::controller::acme
