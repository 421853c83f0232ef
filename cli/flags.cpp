#include "cli/flags.h"

#include <utility>

#include "cli/version.h"
#include "lib/base/log.h"

namespace cw::cli {

void add_pem_flags(ComponentFlags& flags, PemSettings& pem) {
  const std::string at = "pemSizeLimitsConfig.";
  flags.whole(
      {at + "maxCertificateSize", "--max-certificate-size", "Bytes of PEM of one certificate or request"},
      pem.certificate);
  flags.whole({at + "maxPrivateKeySize", "--max-private-key-size", "Bytes of PEM of one private key"},
              pem.private_key);
  flags.whole({at + "maxChainLength", "--max-certificate-chain-length", "Bytes of PEM of one chain"},
              pem.chain);
  flags.whole({at + "maxBundleSize", "--max-certificate-bundle-size", "Bytes of PEM of one bundle"},
              pem.bundle);
}

void add_tls_flags(ComponentFlags& flags, const TlsFlagNames& names, webhook::TlsSource& tls) {
  const std::string& at = names.member;
  const std::string serving = "--" + names.prefix + "tls-";
  const std::string dynamic = "--" + names.prefix + "dynamic-serving-";
  flags.file({at + ".filesystem.certFile", serving + "cert-file",
              "Serving certificate chain; read anew when it changes"},
             tls.cert_file);
  flags.file({at + ".filesystem.keyFile", serving + "private-key-file", "Its private key"},
             tls.private_key_file);
  flags.text({at + ".minTLSVersion", serving + "min-version", "VersionTLS12 or VersionTLS13"},
             tls.min_version);
  flags.list({at + ".cipherSuites", serving + "cipher-suites", "TLS 1.2 suites by IANA name"},
             tls.cipher_suites);
  flags.text(
      {at + ".dynamic.secretNamespace", dynamic + "ca-secret-namespace", "Where the self-managed CA is kept"},
      tls.dynamic.secret_namespace);
  flags.text({at + ".dynamic.secretName", dynamic + "ca-secret-name", "Secret of the self-managed CA"},
             tls.dynamic.secret_name);
  flags.list({at + ".dynamic.dnsNames", dynamic + "dns-names", "DNS names of the serving certificate"},
             tls.dynamic.dns_names);
  flags.duration(
      {at + ".dynamic.leafDuration", dynamic + "leaf-duration", "Lifetime of the serving certificate"},
      tls.dynamic.leaf_duration);
}

void add_common_flags(ComponentFlags& flags, CommonSettings& common) {
  flags.file({"kubeConfig", "--kubeconfig", "API server; empty: the pod's own"}, common.kubeconfig);
  flags.switches({"featureGates", "--feature-gates", "name=true|false, … (docs/flags.md)"},
                 common.feature_gates);
  flags.toggle({"enablePprof", "--enable-profiling"}, common.profiling);
  flags.text({"pprofAddress", "--profiler-address"}, common.profiler_address);
  flags.text({"metricsListenAddress", "--metrics-listen-address", "host:port of /metrics; 0 is off"},
             common.metrics_address);
  add_tls_flags(flags, {"metricsTLSConfig", "metrics-"}, common.metrics_tls);
}

Result<std::unique_ptr<client::HttpKubeClient>> connect(const std::string& kubeconfig,
                                                        const std::string& component,
                                                        client::KubeClientOptions options) {
  auto access = TRY(client::find_cluster(kubeconfig));
  options.user_agent = component + "/v" + std::string(kVersion);
  return TRY(client::HttpKubeClient::create(std::move(access), std::move(options)));
}

int failed(const std::string& what, const Error& error) {
  log::error(what, {{"error", error.message}});
  return 1;
}

int failed(const std::string& what, const kube::FieldErrors& errors) {
  log::error(what, {{"error", kube::message(errors)}});
  return 1;
}

}  // namespace cw::cli
