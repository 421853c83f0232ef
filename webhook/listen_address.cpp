#include "webhook/listen_address.h"

#include <charconv>

#include "webhook/rules/grammar/host_port.h"

namespace cw::webhook {
namespace {

constexpr int kMaxPort = 65535;

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const auto split = split_host_port(text);
  const auto* found = std::get_if<HostPort>(&split);
  if (found == nullptr) return Error{Code::Invalid, "must be host:port, but is " + std::string(text)};
  int port = -1;
  const char* end = found->port.data() + found->port.size();
  const auto [rest, error] = std::from_chars(found->port.data(), end, port);
  if (error != std::errc() || rest != end || port < 0 || port > kMaxPort) {
    return Error{Code::Invalid, "must end in a port from 0 to 65535, but is " + std::string(text)};
  }
  return ListenAddress{found->host.empty() ? "0.0.0.0" : std::string(found->host), port};
}

}  // namespace cw::webhook
