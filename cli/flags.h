// Flags that several subcommands share, and the value forms that CLI11 does not know.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "lib/base/result.h"
#include "lib/client/kube_client.h"
#include "lib/pki/pem.h"

namespace cw::cli {

// A Go duration, or whole nanoseconds as configuration files may give them. Rounded to seconds.
CLI::Option* add_duration(CLI::App&, const std::string& name, std::chrono::seconds& value,
                          const std::string& help);

// --logging-format, -v/--v, and the flags that are accepted without effect. log::configure runs when parsed.
void add_logging_flags(CLI::App&);

// --max-certificate-size and its like (bytes).
void add_pem_limit_flags(CLI::App&, pki::PemLimits&);

// A client for --kubeconfig, or for the pod that we run in.
Result<std::unique_ptr<client::HttpKubeClient>> connect(const std::string& kubeconfig,
                                                        const std::string& component);

// Logs the error and gives the exit code for it.
int failed(const std::string& what, const Error&);

}  // namespace cw::cli
