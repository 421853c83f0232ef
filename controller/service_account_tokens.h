// Tokens of ServiceAccounts, for providers that trust the cluster as an identity provider (Route53 through
// IRSA). Thread-safe. Errors: Forbidden (this controller may not ask for it), NotFound, as the API server
// answers.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/secret.h"
#include "lib/kube/client.h"

namespace cw::controller {

using ServiceAccountTokens = std::function<Result<SecretBytes>(
    const std::string& name_space, const std::string& name, const std::vector<std::string>& audiences)>;

// By TokenRequest; each call is a token of ten minutes. The writer must outlive it.
ServiceAccountTokens service_account_tokens(kube::KubeWriter&);

}  // namespace cw::controller
