#include "webhook/rules/grammar/host_port.h"

#include "lib/base/ascii.h"

namespace cw::webhook {
namespace {

using Split = std::variant<HostPort, HostPortFault>;

constexpr std::string_view kDefaultDnsPort = "53";
constexpr std::string_view kSpace = " \t\n\v\f\r";

// "[host]:port"; `colon` is the last one.
Split split_bracketed(std::string_view text, std::size_t colon) {
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) return HostPortFault::BadBrackets;
  if (end + 1 == text.size()) return HostPortFault::MissingPort;
  if (end + 1 != colon) {
    return text[end + 1] == ':' ? HostPortFault::TooManyColons : HostPortFault::MissingPort;
  }
  const bool stray =
      text.find('[', 1) != std::string_view::npos || text.find(']', end + 1) != std::string_view::npos;
  if (stray) return HostPortFault::BadBrackets;
  return HostPort{text.substr(1, end - 1), text.substr(colon + 1)};
}

}  // namespace

Split split_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return HostPortFault::MissingPort;
  if (text.front() == '[') return split_bracketed(text, colon);
  const std::string_view host = text.substr(0, colon);
  if (host.find(':') != std::string_view::npos) return HostPortFault::TooManyColons;
  if (text.find_first_of("[]") != std::string_view::npos) return HostPortFault::BadBrackets;
  return HostPort{host, text.substr(colon + 1)};
}

std::optional<HostPort> parse_nameserver(std::string_view text) {
  const std::string_view bare = trimmed(text, kSpace);
  if (bare.empty()) return std::nullopt;
  const Split split = split_host_port(bare);
  HostPort found;
  if (const auto* both = std::get_if<HostPort>(&split)) {
    found = *both;
  } else if (std::get<HostPortFault>(split) == HostPortFault::MissingPort) {
    found.host = trimmed(bare, "[]");
  } else {
    return std::nullopt;
  }
  if (found.host.empty()) return std::nullopt;
  if (found.port.empty()) found.port = kDefaultDnsPort;
  return found;
}

}  // namespace cw::webhook
