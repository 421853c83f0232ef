// Which of an ACME issuer's solvers match which names: built once a request, so that many names against many
// solvers cost their sum, not their product. Selectors as the controller reads them
// (reference/controllers.md 5.3). What is handed in must outlive this.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_set>

#include "lib/api/acme_issuer.h"
#include "lib/kube/map.h"

namespace cw::webhook {

enum class SolverAnswer : std::uint8_t { Solves, OnlyHttp01, None };

class SolverIndex {
 public:
  // `labels` are the Certificate's: its Orders inherit them.
  SolverIndex(const kube::List<api::Solver>& solvers, const kube::Map& labels);

  // A wildcard needs DNS-01: OnlyHttp01 if solvers match it, but none is of that kind.
  SolverAnswer find(std::string_view dns_name) const;

 private:
  struct Names {
    bool every = false;
    std::unordered_set<std::string_view> exact;
    std::unordered_set<std::string_view> zones;
    void add(const api::Solver&);
    bool match(std::string_view dns_name) const;
  };

  Names any_;
  Names dns01_;
};

}  // namespace cw::webhook
