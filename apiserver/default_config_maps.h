// The ConfigMaps that an API server keeps in kube-system for other programs: whose client certificates it
// accepts (extension-apiserver-authentication, which kube-controller-manager and extension servers read when
// they start), and since when the use of tokens in Secrets is looked at
// (kube-apiserver-legacy-service-account-token-tracking).
#pragma once

#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"

namespace cw::apiserver {

// Creates those that are missing; the CA is brought up to date, the date of a ConfigMap that is there stays.
Status keep_default_config_maps(const kube::KubeReader&, kube::KubeWriter&, std::string_view client_ca_pem,
                                TimePoint now);

}  // namespace cw::apiserver
