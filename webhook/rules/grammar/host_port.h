// host:port as Go's net.SplitHostPort reads it, and the name server texts that build on it. Neither part is
// looked at more closely. Pure. Source: reference/admission.md 2.9.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace cw::webhook {

struct HostPort {
  std::string_view host;
  std::string_view port;
  bool operator==(const HostPort&) const = default;
};

enum class HostPortFault : std::uint8_t { MissingPort, TooManyColons, BadBrackets };

std::variant<HostPort, HostPortFault> split_host_port(std::string_view text);

// RFC 2136 server: the port may be left out. nullopt if there is no host or the form is wrong.
std::optional<HostPort> parse_nameserver(std::string_view text);

}  // namespace cw::webhook
