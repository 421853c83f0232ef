// What is told about a Secret that is stored all the same. Pure.
// Source: k8s.io/kubernetes pkg/registry/core/secret/strategy.go; Go crypto/tls X509KeyPair, whose words
// these are.
#pragma once

#include "apiserver/resource_row.h"

namespace cw::apiserver {

// Of type kubernetes.io/tls: certificate and key that are none, or do not belong together.
std::vector<std::string> warn_of_secret(const Json& secret, const Json* old);

}  // namespace cw::apiserver
