#include "controller/acme/dns01_solver.h"

#include <utility>

#include "lib/dns/names.h"
#include "lib/dns/propagation.h"

namespace cw::controller::acme {
namespace {

constexpr std::string_view kWildcard = "*.";
constexpr std::string_view kFollow = "Follow";

Dns01Solver::Settings with_servers(Dns01Solver::Settings settings) {
  if (settings.recursive_nameservers.empty()) settings.recursive_nameservers = dns::system_nameservers();
  return settings;
}

Status check_spec(const api::ChallengeSpec& spec) {
  if (!spec.solver.dns01) return Error{Code::Invalid, "spec.solver.dns01: is not set"};
  if (spec.key.empty()) return Error{Code::Invalid, "spec.key: is empty"};
  return Done{};
}

}  // namespace

Result<std::string> challenge_record_name(const std::string& dns_name) {
  std::string_view bare = dns_name;
  if (bare.starts_with(kWildcard)) bare.remove_prefix(kWildcard.size());
  auto name = dns::absolute_name(bare.empty() ? bare : "_acme-challenge." + std::string(bare));
  if (!name) return Error{Code::Invalid, "spec.dnsName: " + name.error().message};
  return name;
}

Dns01Solver::Dns01Solver(MakePublisher publisher, dns::DnsLookup& lookup, const Clock& clock,
                         Settings settings)
    : publisher_(std::move(publisher)),
      lookup_(lookup, clock),
      settings_(with_servers(std::move(settings))) {}

dns::Nameservers Dns01Solver::nameservers_for(const api::Dns01& dns01) {
  const bool own = !dns01.nameservers.empty();
  return {.lookup = lookup_,
          .servers = own ? std::vector<std::string>(dns01.nameservers.begin(), dns01.nameservers.end())
                         : settings_.recursive_nameservers};
}

Result<dns01::TxtRecord> Dns01Solver::find_record(const api::ChallengeSpec& spec) {
  TRY(check_spec(spec));
  dns01::TxtRecord record{.name = TRY(challenge_record_name(spec.dns_name)), .zone = {}, .value = spec.key};
  const api::Dns01& dns01 = *spec.solver.dns01;
  const dns::Nameservers nameservers = nameservers_for(dns01);
  if (dns01.cname_strategy == kFollow) record.name = TRY(dns::follow_cnames(nameservers, record.name));
  // acme-dns has one account for each domain, whatever zone that is in.
  if (!dns01.acme_dns) record.zone = TRY(dns::find_zone(nameservers, record.name));
  return record;
}

Status Dns01Solver::present(const api::Challenge& challenge, const SolverScope& scope) {
  const dns01::TxtRecord record = TRY(find_record(challenge.spec));
  return TRY(publisher_(challenge, scope))->present(record);
}

Status Dns01Solver::clean_up(const api::Challenge& challenge, const SolverScope& scope) {
  const dns01::TxtRecord record = TRY(find_record(challenge.spec));
  return TRY(publisher_(challenge, scope))->clean_up(record);
}

Result<Visibility> Dns01Solver::check(const api::Challenge& challenge, const SolverScope&) {
  TRY(check_spec(challenge.spec));
  const std::string name = TRY(challenge_record_name(challenge.spec.dns_name));
  const auto& own = challenge.spec.solver.dns01->nameservers;
  const dns::Propagation seen =
      TRY(dns::check_propagation(lookup_, name, challenge.spec.key,
                                 {.recursive_nameservers = settings_.recursive_nameservers,
                                  .recursive_only = settings_.recursive_nameservers_only,
                                  .nameservers = {own.begin(), own.end()},
                                  .authoritative_port = settings_.authoritative_port}));
  Visibility visibility{.visible = seen.visible, .reason = seen.reason, .look_again = {}};
  // A TTL of zero says nothing about when.
  if (seen.ttl && *seen.ttl > std::chrono::seconds(0)) visibility.look_again = seen.ttl;
  return visibility;
}

}  // namespace cw::controller::acme
