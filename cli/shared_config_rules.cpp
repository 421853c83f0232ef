#include <limits>

#include "cli/config_rules.h"
#include "webhook/rules/shown.h"
#include "webhook/serving/tls_options.h"

namespace cw::cli {
namespace {

using controller::ControllerOptions;
using kube::FieldErrors;
using kube::FieldPath;
using webhook::Rule;
using webhook::shown;
using webhook::TlsSource;

FieldErrors invalid_if(bool wrong, const FieldPath& at, std::string value, std::string detail) {
  if (!wrong) return {};
  return {kube::invalid(at, std::move(value), std::move(detail))};
}

FieldErrors required_if(bool missing, const FieldPath& at, std::string detail) {
  if (!missing) return {};
  return {kube::required(at, std::move(detail))};
}

// ---- TLS

bool has_files(const TlsSource& tls) { return !tls.cert_file.empty() || !tls.private_key_file.empty(); }
bool only_files(const TlsSource& tls) { return has_files(tls) && !tls.dynamic.configured(); }
bool only_dynamic(const TlsSource& tls) { return tls.dynamic.configured() && !has_files(tls); }

constexpr Rule<TlsSource> kTls[] = {
    {"config.tls.oneSource", "CFG-01",
     [](const TlsSource& tls, const FieldPath& at) {
       return invalid_if(has_files(tls) && tls.dynamic.configured(), at, "filesystem, dynamic",
                         "only one of filesystem and dynamic may be given");
     }},
    {"config.tls.keyFile.required", "CFG-02",
     [](const TlsSource& tls, const FieldPath& at) {
       return required_if(only_files(tls) && tls.private_key_file.empty(), at.child("filesystem.keyFile"),
                          "must be given with certFile");
     }},
    {"config.tls.certFile.required", "CFG-03",
     [](const TlsSource& tls, const FieldPath& at) {
       return required_if(only_files(tls) && tls.cert_file.empty(), at.child("filesystem.certFile"),
                          "must be given with keyFile");
     }},
    {"config.tls.secretNamespace.required", "CFG-04",
     [](const TlsSource& tls, const FieldPath& at) {
       return required_if(only_dynamic(tls) && tls.dynamic.secret_namespace.empty(),
                          at.child("dynamic.secretNamespace"), "must be given for dynamic serving");
     }},
    {"config.tls.secretName.required", "CFG-05",
     [](const TlsSource& tls, const FieldPath& at) {
       return required_if(only_dynamic(tls) && tls.dynamic.secret_name.empty(),
                          at.child("dynamic.secretName"), "must be given for dynamic serving");
     }},
    {"config.tls.dnsNames.required", "CFG-06",
     [](const TlsSource& tls, const FieldPath& at) {
       return required_if(only_dynamic(tls) && tls.dynamic.dns_names.empty(), at.child("dynamic.dnsNames"),
                          "must be given for dynamic serving");
     }},
};

FieldErrors of_result(const Status& parsed, const FieldPath& at, std::string value) {
  if (parsed) return {};
  return {kube::invalid(at, std::move(value), parsed.error().message)};
}

constexpr Rule<TlsSource> kTlsVersions[] = {
    {"config.tls.minTLSVersion.known", "reference/admission.md 3.8, at start-up in the field",
     [](const TlsSource& tls, const FieldPath& at) {
       const auto parsed = webhook::parse_tls_version(tls.min_version);
       return of_result(parsed ? Status(Done{}) : Status(parsed.error()), at.child("minTLSVersion"),
                        kube::quoted(tls.min_version));
     }},
    {"config.tls.cipherSuites.known", "reference/admission.md 3.8, at start-up in the field",
     [](const TlsSource& tls, const FieldPath& at) {
       const auto parsed = webhook::parse_cipher_suites(tls.cipher_suites);
       return of_result(parsed ? Status(Done{}) : Status(parsed.error()), at.child("cipherSuites"),
                        webhook::go_slice(tls.cipher_suites));
     }},
};

// ---- PEM sizes

FieldErrors positive(const FieldPath& at, std::int64_t value) {
  return invalid_if(value <= 0, at, shown(value), "must be greater than 0");
}

FieldErrors fits_bundle(const FieldPath& at, std::int64_t value, std::int64_t bundle) {
  return invalid_if(value > bundle, at, shown(value), "must not be greater than maxBundleSize");
}

constexpr Rule<PemSettings> kPem[] = {
    {"config.pem.maxCertificateSize.positive", "CFG-09",
     [](const PemSettings& pem, const FieldPath& at) {
       return positive(at.child("maxCertificateSize"), pem.certificate);
     }},
    {"config.pem.maxPrivateKeySize.positive", "CFG-10",
     [](const PemSettings& pem, const FieldPath& at) {
       return positive(at.child("maxPrivateKeySize"), pem.private_key);
     }},
    {"config.pem.maxChainLength.positive", "CFG-11",
     [](const PemSettings& pem, const FieldPath& at) {
       return positive(at.child("maxChainLength"), pem.chain);
     }},
    {"config.pem.maxBundleSize.positive", "CFG-12",
     [](const PemSettings& pem, const FieldPath& at) {
       return positive(at.child("maxBundleSize"), pem.bundle);
     }},
    {"config.pem.maxCertificateSize.bundle", "CFG-13",
     [](const PemSettings& pem, const FieldPath& at) {
       return fits_bundle(at.child("maxCertificateSize"), pem.certificate, pem.bundle);
     }},
    {"config.pem.maxChainLength.bundle", "CFG-14",
     [](const PemSettings& pem, const FieldPath& at) {
       return fits_bundle(at.child("maxChainLength"), pem.chain, pem.bundle);
     }},
};

// ---- Leader election

FieldErrors positive_time(const ControllerOptions& options, const FieldPath& at, std::chrono::seconds time) {
  return invalid_if(options.leader_elect && time.count() <= 0, at, shown(Duration(time)),
                    "must be greater than 0");
}

constexpr Rule<ControllerOptions> kElection[] = {
    {"config.leaderElection.leaseDuration.positive", "CFG-15",
     [](const ControllerOptions& options, const FieldPath& at) {
       return positive_time(options, at.child("leaseDuration"), options.lease_duration);
     }},
    {"config.leaderElection.renewDeadline.positive", "CFG-16",
     [](const ControllerOptions& options, const FieldPath& at) {
       return positive_time(options, at.child("renewDeadline"), options.renew_deadline);
     }},
    {"config.leaderElection.retryPeriod.positive", "CFG-17",
     [](const ControllerOptions& options, const FieldPath& at) {
       return positive_time(options, at.child("retryPeriod"), options.retry_period);
     }},
};

}  // namespace

FieldErrors check_tls(const TlsSource& tls, const FieldPath& at) { return run(kTls, tls, at); }
FieldErrors check_tls_versions(const TlsSource& tls, const FieldPath& at) {
  return run(kTlsVersions, tls, at);
}
FieldErrors check_pem(const PemSettings& pem) { return run(kPem, pem, FieldPath("pemSizeLimitsConfig")); }
FieldErrors check_election(const ControllerOptions& options) {
  return run(kElection, options, FieldPath("leaderElectionConfig"));
}

void list_tls_rules(webhook::RuleList& into) { webhook::list_rows(into, kTls); }
void list_tls_version_rules(webhook::RuleList& into) { webhook::list_rows(into, kTlsVersions); }
void list_pem_rules(webhook::RuleList& into) { webhook::list_rows(into, kPem); }
void list_election_rules(webhook::RuleList& into) { webhook::list_rows(into, kElection); }

}  // namespace cw::cli
