// AccountControllers: which of the controllers work that a cluster has for its ServiceAccounts
// (tokens/account_keeper.h). The names are those of kube-controller-manager's --controllers.
#pragma once

namespace cw::apiserver {

struct AccountControllers {
  bool default_accounts = true;  // serviceaccount-controller
  bool root_ca = true;           // root-ca-certificate-publisher-controller
  bool secret_tokens = true;     // serviceaccount-token-controller
};

}  // namespace cw::apiserver
