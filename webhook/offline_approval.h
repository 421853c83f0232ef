// The approval policy of a webhook that knows no API server: nobody may approve, and the refusal says why.
#pragma once

#include "webhook/policy/approval.h"

namespace cw::webhook {

class NoSigners final : public SignerResources {
 public:
  Result<std::optional<SignerResource>> find(std::string_view, std::string_view) override {
    return Error{Code::Unavailable,
                 "approvals cannot be judged: the webhook was started without an API server"};
  }
};

class NoAccess final : public SignerAccess {
 public:
  Result<bool> may_approve(const kube::UserInfo&, std::string_view) override { return false; }
};

}  // namespace cw::webhook
