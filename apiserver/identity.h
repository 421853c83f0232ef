// Who a request is from and whether it may be served. The client certificate is the only credential; whoever
// has none is let in to no resource. Pure; thread-safe.
#pragma once

#include <string_view>

#include "apiserver/request_info.h"
#include "lib/http/server.h"
#include "lib/kube/admission_review.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

inline constexpr std::string_view kAdminGroup = "system:masters";

// The user of the client certificate; an administrator may name another in Impersonate-… headers. 401 without
// a certificate, except for paths that are open to all: then the anonymous user.
kube::Outcome<kube::UserInfo> authenticate(const http::Request&);

// Whether the user may do what the request asks.
class Authorizer {
 public:
  Authorizer() = default;
  Authorizer(const Authorizer&) = delete;
  Authorizer& operator=(const Authorizer&) = delete;
  virtual ~Authorizer() = default;
  virtual bool allows(const kube::UserInfo&, const RequestInfo&) const = 0;
};

// system:masters may do all; every user may see what is served and ask what it may do; everyone may see that
// the server is well, and its version.
class AdminAuthorizer final : public Authorizer {
 public:
  bool allows(const kube::UserInfo&, const RequestInfo&) const override;
};

// 403, in the words of kube-apiserver.
kube::StatusError forbidden_request(const kube::UserInfo&, const RequestInfo&);

}  // namespace cw::apiserver
