#include "lib/dns01/exchange.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "lib/base/ascii.h"
#include "lib/kube/json_access.h"

namespace cw::dns01 {
namespace {

using kube::Json;

constexpr std::size_t kMaxWords = 300;
constexpr std::size_t kMinSecret = 4;  // shorter ones would tear words apart and be no secrets

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

// What changes from one request to the next stands at the end, behind these words.
std::string_view steady_part(std::string_view said) {
  for (const std::string_view mark :
       {"\n", "\r", " Trace ID:", " Correlation ID:", " Timestamp:", " (request id:"}) {
    said = said.substr(0, said.find(mark));
  }
  return said;
}

std::string presentable(std::string_view said, const Call& call) {
  std::string text(said);
  for (const auto secret : call.secrets) {
    if (secret.size() >= kMinSecret) replace_all(text, secret, "***");
  }
  text = steady_part(text);
  if (text.size() > kMaxWords) text.resize(kMaxWords);
  std::replace_if(text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, ' ');
  return std::string(trimmed(text, " "));
}

std::string beginning(const Call& call) {
  return std::string(call.provider) + ": " + std::string(call.action) + ": ";
}

std::string joined(const std::string& first, const std::string& second) {
  return first.empty() || second.empty() ? first + second : first + ": " + second;
}

}  // namespace

bool is_success(int status) { return status >= 200 && status < 300; }

Code code_of(int status) {
  switch (status) {
    case 401:
    case 403:
      return Code::Forbidden;
    case 404:
      return Code::NotFound;
    case 409:
    case 412:
      return Code::Conflict;
    case 408:
    case 429:
      return Code::Unavailable;
    default:
      return status >= 500 ? Code::Unavailable : Code::Invalid;
  }
}

Error refusal(const Call& call, int status, std::string_view said) {
  const std::string words = presentable(said, call);
  return {code_of(status),
          beginning(call) + "HTTP " + std::to_string(status) + (words.empty() ? "" : ": " + words)};
}

Error broken_answer(const Call& call, std::string_view why) {
  return {Code::Unavailable, beginning(call) + presentable(why, call)};
}

Result<http::ClientResponse> exchange(http::HttpFetch& fetch, const Call& call) {
  auto answer = fetch.fetch(call.request);
  if (answer) return answer;
  const Code code = answer.error().code == Code::Invalid ? Code::Invalid : Code::Unavailable;
  return Error{code, beginning(call) + presentable(answer.error().message, call)};
}

Result<Json> exchange_json(http::HttpFetch& fetch, const Call& call) {
  const auto answer = TRY(exchange(fetch, call));
  if (is_success(answer.status) && trimmed(answer.body, " \r\n").empty()) return Json::object();
  auto body = kube::parse_json(answer.body);
  if (!is_success(answer.status)) return refusal(call, answer.status, body ? words_in(*body) : "");
  if (!body) return broken_answer(call, "the answer is no JSON");
  return body;
}

std::string words_in(const Json& body) {
  const Json* error = kube::find_member(body, "error");
  if (error != nullptr && error->is_object()) {
    // Google, Azure
    return joined(kube::text_member(*error, "code"), kube::text_member(*error, "message"));
  }
  if (error != nullptr && error->is_string()) {
    // OAuth, acme-dns
    return joined(error->get<std::string>(), kube::text_member(body, "error_description"));
  }
  const Json& errors = kube::array_member(body, "errors");
  if (!errors.empty()) return kube::text_member(errors.front(), "message");  // Cloudflare
  if (const auto message = kube::text_member(body, "message"); !message.empty()) {
    return joined(kube::text_member(body, "id"), message);  // DigitalOcean
  }
  return joined(kube::text_member(body, "title"), kube::text_member(body, "detail"));  // RFC 7807: Akamai
}

}  // namespace cw::dns01
