#include "apiserver/tokens/authenticator.h"

#include <optional>
#include <string_view>

#include "apiserver/identity.h"
#include "lib/base/ascii.h"

namespace cw::apiserver {
namespace {

kube::UserInfo certificate_user(const http::PeerIdentity& peer) {
  constexpr const char* kCredential = "authentication.kubernetes.io/credential-id";
  kube::UserInfo user;
  user.username = peer.common_name;
  user.groups = kube::List<std::string>(peer.organizations);
  user.groups.push_back(std::string(kAuthenticated));
  if (!peer.fingerprint.empty()) {
    user.extra.set(kCredential, kube::List<std::string>{"X509SHA256=" + peer.fingerprint});
  }
  return user;
}

kube::UserInfo anonymous_user() {
  kube::UserInfo nobody;
  nobody.username = kAnonymous;
  nobody.groups.push_back(std::string(kUnauthenticated));
  return nobody;
}

// "Bearer abc" → "abc". nullopt: the header is of another kind, or has no token.
std::optional<std::string_view> bearer_token(std::string_view header) {
  constexpr std::string_view kScheme = "bearer";
  header = trimmed(header, " \t");
  const std::size_t blank = header.find(' ');
  if (blank == std::string_view::npos || lower_case(header.substr(0, blank)) != kScheme) return std::nullopt;
  std::string_view token = header.substr(blank + 1);
  token = token.substr(0, token.find(' '));
  if (token.empty()) return std::nullopt;
  return token;
}

}  // namespace

kube::Outcome<kube::UserInfo> Authenticator::authenticate(const http::Request& request) const {
  // A certificate that was verified counts whatever else is sent.
  if (request.peer && !request.peer->common_name.empty()) return certificate_user(*request.peer);
  const auto token = bearer_token(request.header("Authorization"));
  if (!token) return anonymous_user();
  Result<TokenUser, std::string> found = tokens_.authenticate(*token);
  if (!found) return kube::StatusError(kube::Reason::Unauthorized, "Unauthorized");
  return std::move(found).value().user;
}

}  // namespace cw::apiserver
