#include "lib/dns/server_address.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

namespace cw::dns {
namespace {

constexpr std::size_t kMaxNameservers = 3;  // as the C library takes (MAXNS)

Error invalid(std::string_view text) {
  return Error{Code::Invalid, "name server \"" + std::string(text) +
                                  "\": must be host or host:port, IPv6 as [address]:port"};
}

Result<int> parse_port(std::string_view digits, std::string_view text) {
  int port = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, port);
  if (error != std::errc() || stop != end || port < 1 || port > 65535) return invalid(text);
  return port;
}

}  // namespace

Result<ServerAddress> parse_server(std::string_view text) {
  std::string_view host = text;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return invalid(text);
    host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else if (std::count(text.begin(), text.end(), ':') == 1) {
    host = text.substr(0, text.find(':'));
    rest = text.substr(host.size());
  }
  if (host.empty() || host.find_first_of(" /[]@\t\n") != std::string_view::npos) return invalid(text);
  ServerAddress server{.host = std::string(host)};
  if (rest.empty()) return server;
  if (!rest.starts_with(':')) return invalid(text);
  server.port = TRY(parse_port(rest.substr(1), text));
  return server;
}

std::string to_string(const ServerAddress& server) {
  const bool is_v6 = server.host.find(':') != std::string::npos;
  return (is_v6 ? "[" + server.host + "]" : server.host) + ":" + std::to_string(server.port);
}

std::vector<std::string> system_nameservers(const std::string& path) {
  std::vector<std::string> found;
  std::ifstream file(path);
  std::string line;
  while (found.size() < kMaxNameservers && std::getline(file, line)) {
    std::istringstream words(line);
    std::string keyword;
    std::string address;
    if (words >> keyword >> address && keyword == "nameserver") {
      found.push_back(to_string(ServerAddress{.host = address}));
    }
  }
  if (found.empty()) return {"8.8.8.8:53", "8.8.4.4:53"};
  return found;
}

}  // namespace cw::dns
