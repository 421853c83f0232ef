#include "lib/dns01/edge_grid.h"

#include <algorithm>

#include "lib/base/encoding.h"
#include "lib/base/time_text.h"
#include "lib/http/base_url.h"
#include "lib/http/url.h"
#include "lib/pki/digest.h"

namespace cw::dns01 {
namespace {

constexpr std::size_t kMaxSignedBody = 131072;

// "20140321T19:34:21+0000"
std::string edge_grid_time(TimePoint now) {
  const std::string text = format_time(now);
  std::string date = text.substr(0, text.find('T'));
  std::erase(date, '-');
  return date + text.substr(text.find('T'), 9) + "+0000";
}

std::string content_hash(const http::FetchRequest& request) {
  if (request.method != "POST" || request.body.empty()) return "";
  return encode_base64(pki::sha256(request.body.substr(0, kMaxSignedBody)));
}

}  // namespace

Result<std::string> edge_grid_authorization(const http::FetchRequest& request, const EdgeGridKeys& keys,
                                            TimePoint now, std::string_view nonce) {
  const auto url = TRY(http::split_url(request.url));
  const auto base = TRY(http::parse_base_url(url.origin));
  const std::string time = edge_grid_time(now);
  const std::string header = "EG1-HMAC-SHA256 client_token=" + std::string(keys.client_token.reveal()) +
                             ";access_token=" + std::string(keys.access_token.reveal()) +
                             ";timestamp=" + time + ";nonce=" + std::string(nonce) + ";";
  const std::string scheme = base.scheme == http::BaseUrl::Scheme::Https ? "https" : "http";
  // No headers are signed: the fifth part is empty.
  const std::string to_sign = request.method + "\t" + scheme + "\t" + base.authority() + "\t" + url.target +
                              "\t\t" + content_hash(request) + "\t" + header;
  const std::string key = encode_base64(pki::hmac_sha256(keys.client_secret.reveal(), time));
  return header + "signature=" + encode_base64(pki::hmac_sha256(key, to_sign));
}

}  // namespace cw::dns01
