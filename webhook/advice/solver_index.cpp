#include "webhook/advice/solver_index.h"

#include <algorithm>

namespace cw::webhook {
namespace {

bool labels_match(const api::Solver& solver, const kube::Map& labels) {
  if (!solver.selector) return true;
  const kube::Map& wanted = solver.selector->match_labels;
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& entry) {
    const std::string* found = labels.find(entry.first);
    return found != nullptr && *found == entry.second;
  });
}

bool has_names(const api::Solver& solver) {
  return solver.selector && (!solver.selector->dns_names.empty() || !solver.selector->dns_zones.empty());
}

using Zones = std::unordered_set<std::string_view>;

// "*.a.example.com" lies in "example.com", and a zone in itself.
bool is_in_zone(std::string_view dns_name, const Zones& zones) {
  if (zones.empty()) return false;
  while (true) {
    if (zones.contains(dns_name)) return true;
    const std::size_t dot = dns_name.find('.');
    if (dot == std::string_view::npos) return false;
    dns_name.remove_prefix(dot + 1);
  }
}

}  // namespace

// Every part of a selector must match: with both lists, it is the names that lie in one of the zones.
void SolverIndex::Names::add(const api::Solver& solver) {
  if (!has_names(solver)) {
    every = true;
    return;
  }
  const Zones of_solver(solver.selector->dns_zones.begin(), solver.selector->dns_zones.end());
  if (solver.selector->dns_names.empty()) zones.insert(of_solver.begin(), of_solver.end());
  for (const std::string& name : solver.selector->dns_names) {
    if (of_solver.empty() || is_in_zone(name, of_solver)) exact.insert(name);
  }
}

bool SolverIndex::Names::match(std::string_view dns_name) const {
  return every || exact.contains(dns_name) || is_in_zone(dns_name, zones);
}

SolverIndex::SolverIndex(const kube::List<api::Solver>& solvers, const kube::Map& labels) {
  for (const api::Solver& solver : solvers) {
    if (!labels_match(solver, labels)) continue;
    if (solver.dns01) dns01_.add(solver);
    if (solver.dns01 || solver.http01) any_.add(solver);
    if (dns01_.every) return;  // it solves everything
  }
}

SolverAnswer SolverIndex::find(std::string_view dns_name) const {
  const bool wildcard = dns_name.starts_with("*.");
  if (wildcard ? dns01_.match(dns_name) : any_.match(dns_name)) return SolverAnswer::Solves;
  return wildcard && any_.match(dns_name) ? SolverAnswer::OnlyHttp01 : SolverAnswer::None;
}

}  // namespace cw::webhook
