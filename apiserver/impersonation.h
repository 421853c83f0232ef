// Impersonation: a user acts as another, named in Impersonate-… headers. One of several modes must allow it:
// for nodes, service accounts and other users, each asking for the verbs "impersonate:MODE" on whom is named
// and "impersonate-on:MODE:VERB" on what the request is about; or the old one, the verb "impersonate" on each
// thing that is named. Thread-safe. Source: k8s.io/apiserver pkg/endpoints/filters/impersonation.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

#include "apiserver/authorizer.h"
#include "apiserver/request_info.h"
#include "lib/http/server.h"

namespace cw::apiserver {

class Impersonation {
 public:
  explicit Impersonation(const Authorizer& authorizer) : authorizer_(authorizer) {}
  Impersonation(const Impersonation&) = delete;
  Impersonation& operator=(const Impersonation&) = delete;

  // Who the request is to be served as: the user itself if it names no other. 400 if it names only parts of a
  // user, 403 if no mode allows it.
  kube::Outcome<kube::UserInfo> act_as(const kube::UserInfo&, const http::Request&, const RequestInfo&) const;

 private:
  std::size_t last_mode(const std::string& user) const;
  void remember_mode(const std::string& user, std::size_t mode) const;

  const Authorizer& authorizer_;
  mutable std::mutex mutex_;
  // The mode that allowed it last, which is asked first: what a refusal says comes from it.
  mutable std::unordered_map<std::string, std::size_t> modes_;
};

}  // namespace cw::apiserver
