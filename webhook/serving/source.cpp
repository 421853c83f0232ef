#include "webhook/serving/source.h"

#include "webhook/serving/shared_certificate.h"
#include "webhook/serving/tls_options.h"

namespace cw::webhook {
namespace {

// What is wrong with it; empty: nothing.
std::string_view problem_of(const TlsSource& source, const SourceDependencies& with) {
  const bool files = !source.cert_file.empty() || !source.private_key_file.empty();
  if (files && source.dynamic.configured()) {
    return "certificate files and a Secret for a CA of our own are given: take one";
  }
  if (files && source.cert_file.empty()) return "a private key file, but no certificate file";
  if (files && source.private_key_file.empty()) {
    return "a certificate file, but no private key file";
  }
  if (files) return {};
  const DynamicServing& dynamic = source.dynamic;
  if (!dynamic.configured()) {
    return "no certificate source: give certificate files or a Secret for a CA of our own";
  }
  if (dynamic.secret_namespace.empty() || dynamic.secret_name.empty() || dynamic.dns_names.empty()) {
    return "dynamic serving needs a Secret's namespace and name and the DNS names";
  }
  if (dynamic.leaf_duration <= std::chrono::seconds(0)) {
    return "the lifetime of serving certificates must be positive";
  }
  if (with.reader == nullptr || with.writer == nullptr) {
    return "dynamic serving needs an API server: give a kubeconfig";
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<http::TlsIdentity>> identity_of(const TlsSource& source) {
  auto identity = http::TlsIdentity::empty();
  identity->minimum_version = TRY(parse_tls_version(source.min_version));
  identity->cipher_suites = TRY(parse_cipher_suites(source.cipher_suites));
  return identity;
}

Result<std::unique_ptr<ServingCertificate>> certificate_of(const TlsSource& source,
                                                           const SourceDependencies& with,
                                                           std::shared_ptr<http::TlsIdentity> identity,
                                                           Callers callers,
                                                           std::vector<std::string> configurations) {
  const std::string_view problem = problem_of(source, with);
  if (!problem.empty()) return Error{Code::Invalid, std::string(problem)};
  if (!source.cert_file.empty()) {
    return certificate_from_files({source.cert_file, source.private_key_file}, std::move(identity));
  }
  const DynamicServing& dynamic = source.dynamic;
  const kube::ObjectKey secret{dynamic.secret_namespace, dynamic.secret_name};
  std::unique_ptr<AdmissionConfigurations> ours;
  SharedCertificate::Settings settings{dynamic.leaf_duration, secret, std::chrono::seconds(0)};
  if (callers == Callers::ApiServers) {
    settings.settle = kSettle;
    ours = std::make_unique<AdmissionConfigurations>(
        OurConfigurations{std::move(configurations), dynamic.dns_names, secret}, *with.reader, *with.writer,
        with.clock);
  }
  return std::unique_ptr<ServingCertificate>(std::make_unique<SharedCertificate>(
      std::move(settings),
      ServingAuthority({.key = secret}, *with.reader, *with.writer, with.keys, with.clock),
      Leaf({dynamic.dns_names, dynamic.leaf_duration}, with.keys, with.clock, std::move(identity)),
      std::move(ours), with.clock));
}

}  // namespace cw::webhook
