// spec.usages against spec.isCA.
#include <algorithm>
#include <array>

#include "webhook/advice/parts.h"

namespace cw::webhook {
namespace {

constexpr std::string_view kSource = "issue B item 4; RFC 5280 4.2.1.3, 4.2.1.9, 4.2.1.12";
constexpr std::string_view kCertSign = "cert sign";
// What a CA certificate limits all certificates below it to; "any" limits nothing, "ocsp signing" is a CA's.
constexpr std::array<std::string_view, 9> kOfLeaves{"server auth",      "client auth", "code signing",
                                                    "email protection", "s/mime",      "ipsec end system",
                                                    "ipsec tunnel",     "ipsec user",  "timestamping"};

// The place of the first usage that is one of them, or the number of usages.
template <typename Wanted>
std::size_t first_usage(const api::CertificateSpec& spec, Wanted wanted) {
  const auto& usages = spec.usages.items();
  return static_cast<std::size_t>(std::find_if(usages.begin(), usages.end(), wanted) - usages.begin());
}

std::string path_of(std::size_t i) { return "spec.usages[" + std::to_string(i) + "]"; }

void leaf_does_not_sign(const api::Certificate& certificate, const AdviceContext& /*context*/,
                        AdviceSink& sink) {
  const api::CertificateSpec& spec = certificate.spec;
  if (spec.is_ca) return;
  const std::size_t at = first_usage(spec, [](const std::string& usage) { return usage == kCertSign; });
  if (at == spec.usages.size()) return;
  sink.add(path_of(at), spec.usages[at],
           "only a CA signs certificates, and this is none: set isCA: true or leave the usage out");
}

void ca_signs(const api::Certificate& certificate, const AdviceContext& /*context*/, AdviceSink& sink) {
  const api::CertificateSpec& spec = certificate.spec;
  if (!spec.is_ca || spec.usages.empty()) return;
  const std::size_t at = first_usage(spec, [](const std::string& usage) { return usage == kCertSign; });
  if (at != spec.usages.size()) return;
  sink.add("spec.usages", "",
           "isCA is true, but \"cert sign\" is not among the usages: add it, or the issuer may leave it out");
}

void ca_is_not_limited_to_leaf_usages(const api::Certificate& certificate, const AdviceContext& /*context*/,
                                      AdviceSink& sink) {
  const api::CertificateSpec& spec = certificate.spec;
  if (!spec.is_ca) return;
  const std::size_t any = first_usage(spec, [](const std::string& usage) { return usage == "any"; });
  if (any != spec.usages.size()) return;
  const std::size_t at = first_usage(spec, [](const std::string& usage) {
    return std::find(kOfLeaves.begin(), kOfLeaves.end(), usage) != kOfLeaves.end();
  });
  if (at == spec.usages.size()) return;
  sink.add(path_of(at), spec.usages[at],
           "an extended usage of a CA limits all that it signs to it: leave it out unless that is meant");
}

constexpr AdviceRule<api::Certificate> kRules[] = {
    {"advice.certificate.usages.certSign", kSource, leaf_does_not_sign},
    {"advice.certificate.usages.missingCertSign", kSource, ca_signs},
    {"advice.certificate.usages.extendedOfCA", kSource, ca_is_not_limited_to_leaf_usages},
};

}  // namespace

CertificateAdvice usage_advice() { return kRules; }

}  // namespace cw::webhook
