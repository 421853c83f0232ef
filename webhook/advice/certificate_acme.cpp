// What ACME issuers cannot do: run only if the issuer is known and an ACME issuer.
#include <algorithm>

#include "webhook/advice/parts.h"
#include "webhook/advice/solver_index.h"
#include "webhook/advice/text.h"

namespace cw::webhook {
namespace {

using api::Certificate;

constexpr std::string_view kSource = "issue B item 4; reference/controllers.md 4, 5";
constexpr std::string_view kSolverSource = "issue B item 4; reference/controllers.md 5.3";
constexpr std::size_t kMaxNames = 100;  // in one order of the widespread public CA

const api::AcmeIssuer& acme_of(const AdviceContext& context) { return *context.issuer.issuer->spec.acme; }

std::string path_of(std::size_t i) { return "spec.dnsNames[" + std::to_string(i) + "]"; }

void names_have_a_solver(const Certificate& certificate, const AdviceContext& context, AdviceSink& sink) {
  const SolverIndex solvers(acme_of(context).solvers, certificate.metadata.labels);
  for (std::size_t i = 0; i < certificate.spec.dns_names.size(); ++i) {
    const std::string& name = certificate.spec.dns_names[i];
    if (solvers.find(name) != SolverAnswer::None) continue;
    sink.add(path_of(i), name,
             "no solver of the issuer matches this name: widen a solver's selector or add one");
  }
}

void wildcards_have_a_dns_solver(const Certificate& certificate, const AdviceContext& context,
                                 AdviceSink& sink) {
  const auto& names = certificate.spec.dns_names;
  const auto is_wildcard = [](const std::string& name) { return name.starts_with("*."); };
  if (std::none_of(names.begin(), names.end(), is_wildcard)) return;
  const SolverIndex solvers(acme_of(context).solvers, certificate.metadata.labels);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (solvers.find(names[i]) != SolverAnswer::OnlyHttp01) continue;
    sink.add(
        path_of(i), names[i],
        "a wildcard is proved by DNS-01 only, and the solvers that match it are HTTP-01: add a dns01 solver");
  }
}

void names_fit_in_one_order(const Certificate& certificate, const AdviceContext& /*context*/,
                            AdviceSink& sink) {
  const std::size_t count = certificate.spec.dns_names.size() + certificate.spec.ip_addresses.size();
  if (count <= kMaxNames) return;
  sink.add("spec.dnsNames", "",
           "ACME CAs take about 100 names a certificate, and these are " + std::to_string(count) +
               ": split them or use a wildcard");
}

void no_addresses(const Certificate& certificate, const AdviceContext& /*context*/, AdviceSink& sink) {
  if (certificate.spec.ip_addresses.empty()) return;
  sink.add("spec.ipAddresses", certificate.spec.ip_addresses.front(),
           "most ACME CAs issue no certificate for an IP address: use DNS names, or another issuer");
}

void no_uris(const Certificate& certificate, const AdviceContext& /*context*/, AdviceSink& sink) {
  if (certificate.spec.uris.empty()) return;
  sink.add("spec.uris", certificate.spec.uris.front(),
           "ACME proves no URI: the CA refuses it or leaves it out; use another issuer");
}

void no_mailboxes(const Certificate& certificate, const AdviceContext& /*context*/, AdviceSink& sink) {
  if (certificate.spec.email_addresses.empty()) return;
  sink.add("spec.emailAddresses", certificate.spec.email_addresses.front(),
           "ACME issuers prove no mailbox: the CA refuses it or leaves it out; use another issuer");
}

void no_authority(const Certificate& certificate, const AdviceContext& /*context*/, AdviceSink& sink) {
  if (!certificate.spec.is_ca) return;
  sink.add("spec.isCA", "",
           "an ACME issuer never issues a CA certificate: leave isCA out or use another issuer");
}

void duration_is_passed_on(const Certificate& certificate, const AdviceContext& context, AdviceSink& sink) {
  if (!certificate.spec.duration || acme_of(context).enable_duration_feature) return;
  sink.add("spec.duration", format_duration(*certificate.spec.duration),
           "the CA decides unless the issuer sets acme.enableDurationFeature: set it if the CA can do it, or "
           "leave duration out");
}

// The Order is refused (InvalidOrder) if the common name is none of the names.
void common_name_is_a_name(const Certificate& certificate, const AdviceContext& /*context*/,
                           AdviceSink& sink) {
  const api::CertificateSpec& spec = certificate.spec;
  if (spec.common_name.empty()) return;
  const auto holds = [&](const kube::List<std::string>& names) {
    return std::find(names.begin(), names.end(), spec.common_name) != names.end();
  };
  if (holds(spec.dns_names) || holds(spec.ip_addresses)) return;
  sink.add("spec.commonName", spec.common_name,
           "an ACME order fails unless the common name is also among dnsNames: add it there");
}

constexpr AdviceRule<Certificate> kRules[] = {
    {"advice.certificate.acme.solver", kSolverSource, names_have_a_solver},
    {"advice.certificate.acme.wildcard", kSolverSource, wildcards_have_a_dns_solver},
    {"advice.certificate.acme.nameCount", kSource, names_fit_in_one_order},
    {"advice.certificate.acme.ipAddresses", kSource, no_addresses},
    {"advice.certificate.acme.uris", kSource, no_uris},
    {"advice.certificate.acme.emailAddresses", kSource, no_mailboxes},
    {"advice.certificate.acme.isCA", kSource, no_authority},
    {"advice.certificate.acme.duration", kSource, duration_is_passed_on},
    {"advice.certificate.acme.commonName", kSource, common_name_is_a_name},
};

}  // namespace

CertificateAdvice acme_advice() { return kRules; }

}  // namespace cw::webhook
