// What the CA certificate of a CA issuer forbids: run only if the issuer is known and a CA issuer. The field
// signs all of this, and the certificate then verifies nowhere.
#include "lib/base/time_text.h"
#include "lib/issuance/renewal.h"
#include "lib/pki/constraint_match.h"
#include "webhook/advice/parts.h"
#include "webhook/advice/text.h"

namespace cw::webhook {
namespace {

using api::Certificate;
using Authority = std::optional<pki::Certificate>;

constexpr std::string_view kSource = "issue B item 4; RFC 5280 6.1";

Authority authority_of(const AdviceContext& context) {
  return context.facts.ca_certificate(context.issuer_key);
}

void add(const Certificate& certificate, AdviceSink& sink, std::string detail) {
  sink.add("spec.issuerRef.name", certificate.spec.issuer_ref.name, std::move(detail));
}

void leaf_ends_before_its_ca(const Certificate& certificate, const AdviceContext& context, AdviceSink& sink) {
  const Authority authority = authority_of(context);
  if (!authority) return;
  const Duration duration = issuance::effective_duration(certificate.spec);
  if (authority->not_after() - context.now >= duration) return;
  sink.add("spec.duration", format_duration(duration),
           "the issuer's CA ends first, at " + format_time(authority->not_after()) +
               ": renew the CA or ask for a shorter duration");
}

void authority_may_sign(const Certificate& certificate, const AdviceContext& context, AdviceSink& sink) {
  const Authority authority = authority_of(context);
  if (!authority) return;
  const auto usage = authority->key_usage();
  const bool may_sign = !usage || (*usage & pki::kCertSign) != 0;
  if (authority->is_ca() && may_sign) return;
  add(certificate, sink,
      "the issuer's certificate may not sign others (no CA, or no cert sign): give the issuer a CA "
      "certificate");
}

void path_is_long_enough(const Certificate& certificate, const AdviceContext& context, AdviceSink& sink) {
  if (!certificate.spec.is_ca) return;
  const Authority authority = authority_of(context);
  if (!authority || authority->path_length().value_or(1) > 0) return;
  sink.add("spec.isCA", "",
           "the issuer's CA has path length 0, so no CA below it is trusted: use another issuer");
}

std::string because(pki::ConstraintAnswer answer) {
  return answer == pki::ConstraintAnswer::Excluded
             ? "the issuer's CA excludes this name (name constraints): clients refuse it; use another issuer"
             : "the issuer's CA does not permit this name (name constraints): clients refuse it; use another "
               "issuer";
}

pki::ConstraintAnswer match_address(const pki::NameConstraints& constraints, const std::string& text) {
  const auto address = pki::parse_ip(text);
  return address ? pki::match_ip_address(constraints, *address) : pki::ConstraintAnswer::Passes;
}

template <typename Match>
void check_names(std::string_view list, const kube::List<std::string>& names,
                 const pki::NameConstraints& constraints, Match match, AdviceSink& sink) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const pki::ConstraintAnswer answer = match(constraints, names[i]);
    if (answer == pki::ConstraintAnswer::Passes) continue;
    sink.add(std::string(list) + '[' + std::to_string(i) + ']', names[i], because(answer));
  }
}

void names_are_permitted(const Certificate& certificate, const AdviceContext& context, AdviceSink& sink) {
  const Authority authority = authority_of(context);
  if (!authority) return;
  const pki::Extension* extension = pki::find_extension(authority->extensions(), pki::kNameConstraintsOid);
  if (extension == nullptr) return;
  const auto constraints = pki::decode_name_constraints(extension->value);
  if (!constraints) return;  // of a kind that we do not know: nothing is known for sure
  const api::CertificateSpec& spec = certificate.spec;
  check_names("spec.dnsNames", spec.dns_names, *constraints, pki::match_dns_name, sink);
  check_names("spec.ipAddresses", spec.ip_addresses, *constraints, match_address, sink);
  check_names("spec.uris", spec.uris, *constraints, pki::match_uri, sink);
  check_names("spec.emailAddresses", spec.email_addresses, *constraints, pki::match_email_address, sink);
}

constexpr AdviceRule<Certificate> kRules[] = {
    {"advice.certificate.ca.expires", kSource, leaf_ends_before_its_ca},
    {"advice.certificate.ca.unfit", kSource, authority_may_sign},
    {"advice.certificate.ca.pathLength", kSource, path_is_long_enough},
    {"advice.certificate.ca.nameConstraints", kSource, names_are_permitted},
};

}  // namespace

CertificateAdvice ca_advice() { return kRules; }

}  // namespace cw::webhook
