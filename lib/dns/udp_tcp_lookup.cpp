#include "lib/dns/udp_tcp_lookup.h"

#include <algorithm>

#include "lib/base/random.h"

namespace cw::dns {
namespace {

using Clock = std::chrono::steady_clock;

Result<Reply> ask_by_tcp(const Query& query, const std::string& message,
                         const std::vector<ServerAddress>& servers, Deadline deadline) {
  Error last;
  for (const ServerAddress& server : servers) {
    const auto bytes = exchange_tcp(server, message, deadline);
    auto reply = bytes ? decode_reply(*bytes, query) : Result<Reply>(bytes.error());
    if (reply) return reply;
    last = reply.error();
    if (bytes) last.message = "name server " + to_string(server) + ": " + last.message;
  }
  return last;
}

}  // namespace

Result<DnsAnswer> UdpTcpLookup::ask(const Question& question, const std::string& server) {
  const Deadline deadline = Clock::now() + options_.timeout;
  const Addresses addresses = TRY(addresses_of(TRY(parse_server(server))));
  Query query{.question = question, .id = read_u16(random_bytes(2), 0)};
  auto answer = ask_once(query, addresses, deadline);
  const bool old_server =
      answer && (answer->code == ResponseCode::FormErr || answer->code == ResponseCode::NotImp);
  if (!old_server) return answer;
  // RFC 6891 §7: it may not know EDNS.
  query.edns = Edns::Off;
  return ask_once(query, addresses, deadline);
}

Result<DnsAnswer> UdpTcpLookup::ask_once(const Query& query, const Addresses& servers,
                                         Deadline deadline) const {
  const std::string message = TRY(encode_query(query));
  auto reply = ask_by_udp(query, message, servers, deadline);
  if (reply && !reply->truncated) return std::move(reply)->answer;
  reply = ask_by_tcp(query, message, servers, deadline);
  if (!reply) return reply.error();
  return std::move(reply)->answer;
}

Result<Reply> UdpTcpLookup::ask_by_udp(const Query& query, const std::string& message,
                                       const Addresses& servers, Deadline deadline) const {
  const Deadline end = std::min(deadline, Clock::now() + options_.udp_timeout);
  Error last;
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const auto share = (end - Clock::now()) / static_cast<int>(servers.size() - i);
    Reply reply;
    const auto bytes = exchange_udp({.server = servers[i],
                                     .message = message,
                                     .deadline = Clock::now() + share,
                                     .resend_after = options_.resend_after,
                                     .accept = [&](std::string_view received) {
                                       auto read = decode_reply(received, query);
                                       if (read) reply = *std::move(read);
                                       return read.has_value();
                                     }});
    if (bytes) return reply;
    last = bytes.error();
  }
  return last;
}

}  // namespace cw::dns
