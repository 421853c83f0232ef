#include <cstdlib>

#include "lib/base/file.h"
#include "lib/client/kubeconfig.h"

namespace cw::client {
namespace {

constexpr std::size_t kMaxFile = 1UL << 20U;

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing sets the environment
  return value == nullptr ? std::string() : value;
}

}  // namespace

PodEnvironment pod_environment() {
  return {.host = environment("KUBERNETES_SERVICE_HOST"), .port = environment("KUBERNETES_SERVICE_PORT")};
}

Result<ClusterAccess> in_cluster(const PodEnvironment& pod) {
  if (pod.host.empty() || pod.port.empty()) {
    return Error{
        Code::Invalid,
        "not in a pod: KUBERNETES_SERVICE_HOST or KUBERNETES_SERVICE_PORT is not set; give --kubeconfig"};
  }
  ClusterAccess access;
  const bool is_ipv6 = pod.host.find(':') != std::string::npos;
  TRY(set_server(access, "https://" + (is_ipv6 ? "[" + pod.host + "]" : pod.host) + ":" + pod.port));
  access.http.ca_pem = TRY(read_file(pod.directory + "/ca.crt", kMaxFile));
  access.http.bearer_token_file = pod.directory + "/token";
  auto name_space = read_file(pod.directory + "/namespace", 256);
  if (name_space && !name_space->empty()) access.name_space = *std::move(name_space);
  return access;
}

Result<ClusterAccess> find_cluster(const std::string& kubeconfig_path) {
  return kubeconfig_path.empty() ? in_cluster(pod_environment()) : load_kubeconfig(kubeconfig_path);
}

}  // namespace cw::client
