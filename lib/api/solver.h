// Solver: how an ACME challenge is answered; an element of an issuer's spec.acme.solvers, and the spec.solver
// of a Challenge. Data only. Source: cert-manager pkg/apis/acme/v1/types_issuer.go, field order as declared
// there.
#pragma once

#include <optional>
#include <string>

#include "lib/api/dns01.h"
#include "lib/api/http01.h"
#include "lib/base/duration.h"
#include "lib/kube/fields.h"

namespace cw::api {

struct SolverSelector {
  kube::Map match_labels;
  kube::List<std::string> dns_names;
  kube::List<std::string> dns_zones;
  bool operator==(const SolverSelector&) const = default;
};

template <kube::FieldsOf<SolverSelector> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("matchLabels", s.match_labels);
  visit("dnsNames", s.dns_names);
  visit("dnsZones", s.dns_zones);
}

struct Solver {
  std::optional<SolverSelector> selector;
  std::optional<Http01> http01;
  std::optional<Dns01> dns01;
  std::optional<Duration> wait_instead_of_self_check;
  bool operator==(const Solver&) const = default;
};

template <kube::FieldsOf<Solver> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("selector", s.selector);
  visit("http01", s.http01);
  visit("dns01", s.dns01);
  visit("waitInsteadOfSelfCheck", s.wait_instead_of_self_check);
}

}  // namespace cw::api
