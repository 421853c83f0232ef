// How to reach a cluster: from a kubeconfig file, or from inside a pod. Owns no connection.
// Errors: Invalid, naming the file and the field; Unavailable if a file cannot be read.
// Not supported, and refused rather than ignored: exec and auth-provider plug-ins, proxies, basic auth.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/http/client.h"

namespace cw::client {

struct ClusterAccess {
  http::ClientOptions http;            // everything but user_agent and time-outs
  std::string path_prefix;             // of the server's URL, such as "/k8s/clusters/c-1"; mostly empty
  std::string name_space = "default";  // of the context, or of the pod
};

// The context of that name; empty: the current one of the file.
Result<ClusterAccess> load_kubeconfig(const std::string& path, const std::string& context = {});
// `directory` is what the file references in the text are relative to.
Result<ClusterAccess> parse_kubeconfig(std::string_view yaml, const std::string& directory,
                                       const std::string& context = {});

struct PodEnvironment {
  std::string host;  // KUBERNETES_SERVICE_HOST
  std::string port;  // KUBERNETES_SERVICE_PORT
  std::string directory = "/var/run/secrets/kubernetes.io/serviceaccount";
};

// Reads the process environment.
PodEnvironment pod_environment();
// Invalid if this is no pod. The token is read anew each minute.
Result<ClusterAccess> in_cluster(const PodEnvironment&);

// The kubeconfig if a path is given, else in_cluster.
Result<ClusterAccess> find_cluster(const std::string& kubeconfig_path);

// "https://host:6443/prefix" → base_url and path_prefix. Invalid if there is no path to split off rightly.
Status set_server(ClusterAccess&, std::string_view server);

}  // namespace cw::client
