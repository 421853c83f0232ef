// dns01.rfc2136: the name server and the TSIG key.
#include <algorithm>

#include "webhook/rules/grammar/host_port.h"
#include "webhook/rules/issuer_parts.h"

namespace cw::webhook {
namespace {

using api::Dns01Rfc2136;
using kube::FieldErrors;
using kube::FieldPath;

constexpr std::string_view kTsigAlgorithms[] = {"HMACMD5", "HMACSHA1", "HMACSHA256", "HMACSHA512"};

constexpr RequiredField<Dns01Rfc2136> kRequired[] = {
    {"issuer.acme.dns01.rfc2136.nameserver.required", "DNS-47; validation/issuer.go", "nameserver",
     [](const Dns01Rfc2136& rfc) { return rfc.nameserver.empty(); }},
    {"issuer.acme.dns01.rfc2136.tsigSecret.name.required", "DNS-50; validation/issuer.go",
     "tsigSecretSecretRef.name",
     [](const Dns01Rfc2136& rfc) {
       return !rfc.tsig_key_name.empty() && rfc.tsig_secret_secret_ref.name.empty();
     },
     "tsigKeyName needs it"},
    {"issuer.acme.dns01.rfc2136.tsigSecret.key.required", "DNS-51; validation/issuer.go",
     "tsigSecretSecretRef.key",
     [](const Dns01Rfc2136& rfc) {
       return !rfc.tsig_key_name.empty() && rfc.tsig_secret_secret_ref.key.empty();
     },
     "tsigKeyName needs it"},
    {"issuer.acme.dns01.rfc2136.tsigKeyName.required", "DNS-52; validation/issuer.go", "tsigKeyName",
     [](const Dns01Rfc2136& rfc) {
       return rfc.tsig_key_name.empty() && !rfc.tsig_secret_secret_ref.name.empty() &&
              !rfc.tsig_secret_secret_ref.key.empty();
     },
     "tsigSecretSecretRef needs it"},
};

FieldErrors nameserver_parses(const Dns01Rfc2136& rfc, const FieldPath& at) {
  if (rfc.nameserver.empty() || parse_nameserver(rfc.nameserver)) return {};
  return {kube::invalid(at.child("nameserver"), kube::quoted(rfc.nameserver),
                        "must be host or host:port, an IPv6 address in brackets: [2001:db8::1]:53")};
}

FieldErrors tsig_algorithm_is_known(const Dns01Rfc2136& rfc, const FieldPath& at) {
  if (rfc.tsig_algorithm.empty()) return {};
  std::string upper = rfc.tsig_algorithm;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  const auto* end = std::end(kTsigAlgorithms);
  if (std::find(std::begin(kTsigAlgorithms), end, upper) != end) return {};
  // The value is shown empty, as the field does.
  return {kube::not_supported(at.child("tsigAlgorithm"), kube::quoted(""),
                              std::vector<std::string>(std::begin(kTsigAlgorithms), end))};
}

constexpr Rule<Dns01Rfc2136> kRules[] = {
    {"issuer.acme.dns01.rfc2136.nameserver.syntax", "DNS-48; validation/util ValidNameserver",
     nameserver_parses},
    {"issuer.acme.dns01.rfc2136.tsigAlgorithm", "DNS-49; validation/issuer.go", tsig_algorithm_is_known},
};

}  // namespace

FieldErrors check_rfc2136(const Dns01Rfc2136& rfc, const FieldPath& at) {
  FieldErrors all = run_required<Dns01Rfc2136>(kRequired, rfc, at);
  append(all, run_rules<Dns01Rfc2136>(kRules, rfc, at, {}));
  return all;
}

void list_rfc2136_rules(RuleList& into) {
  list_rows(into, kRequired);
  list_rows(into, kRules);
}

}  // namespace cw::webhook
