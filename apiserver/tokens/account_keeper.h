// AccountKeeper: what a cluster's controllers do about ServiceAccounts: each namespace has the account
// "default" and the ConfigMap kube-root-ca.crt; a Secret of type kubernetes.io/service-account-token gets its
// token and goes with its account. Driven by step(), which follows the store's changes. Not thread-safe.
// Source: k8s.io/kubernetes pkg/controller/serviceaccount, pkg/controller/certificates/rootcacertpublisher.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/account_controllers.h"
#include "apiserver/api_parts.h"
#include "apiserver/removal.h"
#include "apiserver/write_path.h"

namespace cw::apiserver {

class AccountKeeper {
 public:
  // `ca_pem`: of this server's certificate; empty: it is published nowhere.
  AccountKeeper(const ApiParts& parts, const WritePath& writes, const Removal& removal,
                AccountControllers which, std::string ca_pem)
      : parts_(parts), writes_(writes), removal_(removal), which_(which), ca_pem_(std::move(ca_pem)) {}

  // True if anything was done: then there may be more.
  bool step();

 private:
  struct Followed {
    std::string resource;
    std::unique_ptr<StoreWatch> changes;
  };

  bool start();
  bool follow();
  void take(const std::string& resource, const ObjectEvent&);
  void take_secret(const ObjectEvent&);
  void fit_out(const std::string& name_space);
  void make_default_account(const std::string& name_space);
  void publish_root_ca(const std::string& name_space);
  void fit_secret(const ObjectKey&);
  void fill_secret(const ObjectKey&, const Json& account);
  void drop_reference(const Json& secret);
  void look_at_secrets_of(const ObjectKey& account);
  void note_used_secrets();

  void create(std::string_view resource, Json object, const std::string& name_space);
  void update(std::string_view resource, const ObjectKey&, const ObjectChange&);

  ApiParts parts_;
  const WritePath& writes_;
  const Removal& removal_;
  const AccountControllers which_;
  const std::string ca_pem_;
  std::vector<Followed> followed_;
  std::set<std::string> namespaces_;  // to be looked at
  std::set<ObjectKey> secrets_;       // to be looked at
};

}  // namespace cw::apiserver
