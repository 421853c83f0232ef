#include "lib/dns01/aws_signature.h"

#include <algorithm>
#include <vector>

#include "lib/base/ascii.h"
#include "lib/base/encoding.h"
#include "lib/base/percent.h"
#include "lib/base/time_text.h"
#include "lib/dns01/texts.h"
#include "lib/http/base_url.h"
#include "lib/http/url.h"
#include "lib/pki/digest.h"

namespace cw::dns01 {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

// "20150830T123600Z"
std::string basic_time(TimePoint time) {
  std::string text = format_time(time);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::string canonical_query(std::string_view query) {
  std::vector<std::string> parts;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    std::string part(query.substr(0, end));
    if (part.find('=') == std::string::npos) part += '=';
    parts.push_back(std::move(part));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  // By name, then by value: '=' has to count as less than anything in a name.
  std::ranges::sort(parts, {}, [](const std::string& part) {
    const auto end = part.find('=');
    return std::pair(part.substr(0, end), part.substr(end + 1));
  });
  std::string canonical;
  for (const auto& part : parts) {
    if (!canonical.empty()) canonical += '&';
    canonical += part;
  }
  return canonical;
}

struct SignedHeaders {
  std::string lines;  // "host:example.com\n…"
  std::string names;  // "host;x-amz-date"
};

SignedHeaders signed_headers(const http::FetchRequest& request, const std::string& host) {
  std::vector<std::pair<std::string, std::string>> headers{{"host", host}};
  if (!request.content_type.empty()) headers.emplace_back("content-type", request.content_type);
  for (const auto& [name, value] : request.headers) {
    if (lower_case(name).starts_with("x-amz-")) headers.emplace_back(lower_case(name), trimmed(value, " "));
  }
  std::ranges::sort(headers);
  SignedHeaders made;
  for (const auto& [name, value] : headers) {
    made.lines.append(name).append(":").append(value).append("\n");
    if (!made.names.empty()) made.names += ';';
    made.names += name;
  }
  return made;
}

std::string signing_key(const AwsKeys& keys, const AwsScope& scope, std::string_view date) {
  std::string key = "AWS4" + std::string(keys.secret_access_key.reveal());
  for (const std::string_view step : {date, scope.region, scope.service, std::string_view("aws4_request")}) {
    std::string next = pki::hmac_sha256(key, step);
    wipe(key);
    key = std::move(next);
  }
  return key;
}

}  // namespace

Status sign_aws(http::FetchRequest& request, const AwsKeys& keys, const AwsScope& scope, TimePoint now) {
  const auto url = TRY(http::split_url(request.url));
  const auto host = TRY(http::parse_base_url(url.origin)).authority();
  const std::string time = basic_time(now);
  const std::string date = time.substr(0, 8);
  request.headers.emplace_back("X-Amz-Date", time);
  if (!keys.session_token.empty()) {
    request.headers.emplace_back("X-Amz-Security-Token", keys.session_token.reveal());
  }
  const SignedHeaders headers = signed_headers(request, host);
  const auto query_at = std::min(url.target.find('?'), url.target.size());
  const std::string query = query_at < url.target.size() ? url.target.substr(query_at + 1) : "";
  const std::string canonical = request.method + "\n" + percent_encoded(url.target.substr(0, query_at), "/") +
                                "\n" + canonical_query(query) + "\n" + headers.lines + "\n" + headers.names +
                                "\n" + encode_hex(pki::sha256(request.body));
  const std::string credential_scope =
      date + "/" + std::string(scope.region) + "/" + std::string(scope.service) + "/aws4_request";
  const std::string to_sign = std::string(kAlgorithm) + "\n" + time + "\n" + credential_scope + "\n" +
                              encode_hex(pki::sha256(canonical));
  std::string key = signing_key(keys, scope, date);
  const std::string signature = encode_hex(pki::hmac_sha256(key, to_sign));
  wipe(key);
  request.headers.emplace_back("Authorization", std::string(kAlgorithm) +
                                                    " Credential=" + keys.access_key_id + "/" +
                                                    credential_scope + ", SignedHeaders=" + headers.names +
                                                    ", Signature=" + signature);
  return Done{};
}

}  // namespace cw::dns01
