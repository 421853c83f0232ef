#include "lib/dns01/oauth.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "lib/kube/json_access.h"

namespace cw::dns01 {
namespace {

constexpr std::chrono::seconds kMaxLife{std::chrono::hours(24)};

// A number, or one in quotes.
std::chrono::seconds life_in(const kube::Json& body) {
  const auto* life = kube::find_member(body, "expires_in");
  if (life == nullptr) return std::chrono::seconds(0);
  const std::string text = life->is_string() ? life->get<std::string>() : life->dump();
  long seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::min(kMaxLife, std::chrono::seconds(std::max(seconds, 0L)));
}

}  // namespace

Result<AccessToken> exchange_token(http::HttpFetch& fetch, const Call& call, TimePoint now) {
  auto body = exchange_json(fetch, call);
  if (!body) {
    auto error = std::move(body).error();
    if (error.code == Code::Invalid && call.request.method == "POST") error.code = Code::Forbidden;
    return error;
  }
  std::string token = kube::text_member(*body, "access_token");
  if (token.empty()) return broken_answer(call, "the answer has no access_token");
  return AccessToken{SecretBytes(std::move(token)), now + life_in(*body)};
}

http::FetchRequest token_form(const std::string& url, const Parameters& parameters) {
  return {.method = "POST",
          .url = url,
          .body = url_encoded(parameters),
          .content_type = "application/x-www-form-urlencoded"};
}

}  // namespace cw::dns01
