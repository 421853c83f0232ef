#include "lib/dns/doh_lookup.h"

#include <utility>

#include "lib/dns/wire.h"

namespace cw::dns {
namespace {

constexpr std::size_t kMaxAnswer = 128UL << 10U;
constexpr const char* kMessageType = "application/dns-message";

Error unavailable(const std::string& server, const std::string& what) {
  return Error{Code::Unavailable, "name server " + server + ": " + what};
}

}  // namespace

Result<DnsAnswer> DohLookup::ask(const Question& question, const std::string& server) {
  const Query query{.question = question, .id = 0};  // RFC 8484 §4.1
  std::string message = TRY(encode_query(query));
  const auto response = fetch_.fetch({.method = "POST",
                                      .url = server,
                                      .body = std::move(message),
                                      .content_type = kMessageType,
                                      .headers = {{"Accept", kMessageType}}});
  if (!response) return unavailable(server, response.error().message);
  if (response->status != 200) return unavailable(server, "HTTP status " + std::to_string(response->status));
  if (!response->header("content-type").starts_with(kMessageType)) {
    return unavailable(server, "its answer is no " + std::string(kMessageType));
  }
  if (response->body.size() > kMaxAnswer) return unavailable(server, "its answer is too long");
  auto reply = decode_reply(response->body, query);
  if (!reply) return unavailable(server, reply.error().message);
  return std::move(reply)->answer;
}

}  // namespace cw::dns
