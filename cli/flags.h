// Flags that several components share.
#pragma once

#include <memory>
#include <string>

#include "cli/component_flags.h"
#include "cli/settings.h"
#include "lib/base/result.h"
#include "lib/client/kube_client.h"
#include "lib/kube/field_error.h"

namespace cw::cli {

// --logging-format, -v/--v, --vmodule, and klog's old flags, which are accepted without effect.
void add_logging_flags(ComponentFlags&, LoggingSettings&);
// --max-certificate-size and its like (bytes).
void add_pem_flags(ComponentFlags&, PemSettings&);
// All else that the field's components have in common, but for logging and --config.
void add_common_flags(ComponentFlags&, CommonSettings&);

// "tlsConfig", "" for --tls-cert-file and --dynamic-serving-…; "metricsTLSConfig", "metrics-" for those of
// metrics.
struct TlsFlagNames {
  std::string member;
  std::string prefix;
};
void add_tls_flags(ComponentFlags&, const TlsFlagNames&, webhook::TlsSource&);

// log::configure, with settings that no rule refuses.
void apply_logging(const LoggingSettings&);

// A client for --kubeconfig, or for the pod that we run in. The component is the user agent's.
Result<std::unique_ptr<client::HttpKubeClient>> connect(const std::string& kubeconfig,
                                                        const std::string& component,
                                                        client::KubeClientOptions = {});

// Logs the error and gives the exit code for it.
int failed(const std::string& what, const Error&);
// The same for everything that is wrong with the configuration at once.
int failed(const std::string& what, const kube::FieldErrors&);

}  // namespace cw::cli
