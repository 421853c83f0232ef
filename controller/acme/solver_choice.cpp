#include "controller/acme/solver_choice.h"

#include <algorithm>
#include <tuple>

#include "lib/api/names.h"
#include "lib/base/ascii.h"
#include "lib/kube/field_error.h"

namespace cw::controller::acme {
namespace {

constexpr std::string_view kOffersHttp01 = "http-01";
constexpr std::string_view kOffersDns01 = "dns-01";

// The more, the better; compared from left to right.
struct Score {
  int names = 0;
  std::ptrdiff_t zone_labels = 0;
  std::size_t labels = 0;
  auto operator<=>(const Score&) const = default;
};

const api::AuthorizationChallenge* offered_for(const api::Solver& solver,
                                               const api::Authorization& authorization) {
  for (const auto& challenge : authorization.challenges) {
    const bool fits = (solver.http01 && challenge.type == kOffersHttp01) ||
                      (solver.dns01 && challenge.type == kOffersDns01);
    if (fits) return &challenge;
  }
  return nullptr;
}

bool is_in_zone(std::string_view domain, std::string_view zone) {
  if (!domain.ends_with(zone)) return false;
  return domain.size() == zone.size() || domain[domain.size() - zone.size() - 1] == '.';
}

std::ptrdiff_t label_count(std::string_view zone) { return std::count(zone.begin(), zone.end(), '.') + 1; }

// nullopt: a part of the selector does not match.
std::optional<Score> score_of(const api::SolverSelector& selector, const kube::Map& labels,
                              std::string_view domain) {
  Score score;
  for (const auto& [key, value] : selector.match_labels) {
    const auto* found = labels.find(key);
    if (found == nullptr || *found != value) return std::nullopt;
    ++score.labels;
  }
  if (!selector.dns_names.empty()) {
    const auto& names = selector.dns_names;
    if (std::find(names.begin(), names.end(), domain) == names.end()) return std::nullopt;
    score.names = 1;
  }
  if (!selector.dns_zones.empty()) {
    for (const auto& zone : selector.dns_zones) {
      if (is_in_zone(domain, zone)) score.zone_labels = std::max(score.zone_labels, label_count(zone));
    }
    if (score.zone_labels == 0) return std::nullopt;
  }
  return score;
}

Error no_solver_for(const api::Authorization& authorization, std::string_view domain) {
  std::string offered;
  for (const auto& challenge : authorization.challenges) {
    offered += (offered.empty() ? "" : ", ") + challenge.type;
  }
  return {Code::NotFound,
          "no configured challenge solvers can be used for " + kube::quoted(std::string(domain)) +
              ": the server offers " + (offered.empty() ? "no challenge" : offered) +
              "; spec.acme.solvers of the issuer needs one of such a type whose selector fits"};
}

Status override_ingress(const kube::Map& annotations, api::Http01Ingress& ingress) {
  const auto* name = annotations.find(api::kOverrideIngressNameAnnotation);
  const auto* class_name = annotations.find(api::kOverrideIngressClassAnnotation);
  const auto* ingress_class = annotations.find(api::kOverrideIngressClassNameAnnotation);
  const int given = (name != nullptr) + (class_name != nullptr) + (ingress_class != nullptr);
  if (given == 0) return Done{};
  if (given > 1) {
    return Error{Code::Invalid, "only one of the annotations " +
                                    std::string(api::kOverrideIngressNameAnnotation) + ", " +
                                    std::string(api::kOverrideIngressClassAnnotation) + " and " +
                                    std::string(api::kOverrideIngressClassNameAnnotation) + " may be set"};
  }
  ingress.name = name != nullptr ? *name : "";
  ingress.class_name = class_name != nullptr ? std::optional(*class_name) : std::nullopt;
  ingress.ingress_class_name = ingress_class != nullptr ? std::optional(*ingress_class) : std::nullopt;
  return Done{};
}

Status override_parents(const kube::ObjectMeta& order, api::Http01GatewayHttpRoute& route) {
  const auto name = order.annotations.get(api::kParentNameAnnotation);
  const auto kind = order.annotations.get(api::kParentKindAnnotation);
  if (name.empty() != kind.empty()) {
    return Error{Code::Invalid, "the annotations " + std::string(api::kParentNameAnnotation) + " and " +
                                    std::string(api::kParentKindAnnotation) + " must be set together"};
  }
  if (!name.empty()) {
    const auto* name_space = order.annotations.find(api::kParentNamespaceAnnotation);
    api::ParentReference parent;
    parent.name = name;
    parent.kind = kind;
    parent.name_space = name_space != nullptr ? *name_space : order.name_space;
    const bool known =
        std::any_of(route.parent_refs.begin(), route.parent_refs.end(), [&](const auto& other) {
          return other.name == parent.name && other.kind.value_or("Gateway") == kind &&
                 other.name_space.value_or(order.name_space) == *parent.name_space && !other.section_name &&
                 !other.port;
        });
    if (!known) route.parent_refs.push_back(std::move(parent));
  }
  if (route.parent_refs.empty()) {
    return Error{Code::Invalid,
                 "the solver's http01.gatewayHTTPRoute.parentRefs is empty, and the annotation " +
                     std::string(api::kParentNameAnnotation) + " is not set"};
  }
  return Done{};
}

Status apply_overrides(const kube::ObjectMeta& order, api::Solver& solver) {
  if (!solver.http01) return Done{};
  if (solver.http01->ingress) TRY(override_ingress(order.annotations, *solver.http01->ingress));
  if (solver.http01->gateway_http_route) TRY(override_parents(order, *solver.http01->gateway_http_route));
  return Done{};
}

}  // namespace

Result<ChosenSolver> choose_solver(const api::AcmeIssuer& issuer, const kube::ObjectMeta& order,
                                   const api::Authorization& authorization) {
  const auto domain = (authorization.wildcard.value_or(false) ? "*." : "") + authorization.identifier;
  std::optional<ChosenSolver> chosen;
  Score best;
  for (const auto& solver : issuer.solvers) {
    const auto* challenge = offered_for(solver, authorization);
    if (challenge == nullptr) continue;
    const auto score =
        solver.selector ? score_of(*solver.selector, order.labels, domain) : std::optional<Score>(Score{});
    if (!score || (chosen && *score <= best)) continue;
    chosen = ChosenSolver{solver, *challenge};
    best = *score;
  }
  if (!chosen) return no_solver_for(authorization, domain);
  TRY(apply_overrides(order, chosen->solver));
  return *std::move(chosen);
}

std::string challenge_type(const api::AuthorizationChallenge& challenge) {
  return std::string(challenge.type == kOffersHttp01 ? api::kTypeHttp01 : api::kTypeDns01);
}

}  // namespace cw::controller::acme
