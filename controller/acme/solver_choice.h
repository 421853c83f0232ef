// Which of an issuer's solvers answers an authorization, and which of the offered challenges that is. Pure.
// Source: reference/controllers.md 5.3.
#pragma once

#include <string>

#include "lib/api/acme_issuer.h"
#include "lib/api/order.h"
#include "lib/base/result.h"
#include "lib/kube/metadata.h"

namespace cw::controller::acme {

struct ChosenSolver {
  api::Solver solver;  // with what the Order's annotations change
  api::AuthorizationChallenge challenge;
  bool operator==(const ChosenSolver&) const = default;
};

// NotFound: no solver fits. Invalid: annotations that contradict each other. Both for people.
Result<ChosenSolver> choose_solver(const api::AcmeIssuer&, const kube::ObjectMeta& order,
                                   const api::Authorization&);

// "HTTP-01" for "http-01": spec.type of a Challenge.
std::string challenge_type(const api::AuthorizationChallenge&);

}  // namespace cw::controller::acme
