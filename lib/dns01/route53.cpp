#include "lib/dns01/route53.h"

#include <algorithm>
#include <memory>

#include "lib/dns01/texts.h"

namespace cw::dns01 {
namespace {

constexpr std::string_view kProvider = "Route 53";
constexpr std::string_view kApi = "/2013-04-01/";
constexpr std::string_view kTtl = "10";
constexpr int kRounds = 3;               // to read a record set and write it back before another did
constexpr std::size_t kMaxValues = 400;  // AWS's limit of a record set
constexpr std::chrono::seconds kPoll{2};

Route53Set set_of(const TxtRecord& record) {
  const std::string value = quoted_txt(record.value);
  return {.name = record.name, .identifier = value, .ttl = std::string(kTtl), .values = {value}};
}

// The record sets are not as the change takes for granted.
bool is_stale(const AwsRefusal& refused) {
  return refused.code == "InvalidChangeBatch" || refused.code == "InvalidInput";
}

bool is_zone_gone(const AwsRefusal& refused) { return refused.code == "NoSuchHostedZone"; }

}  // namespace

Route53::Route53(Wires wires, AwsPlaces places, Route53Settings settings)
    : wires_(std::move(wires)),
      places_(std::move(places)),
      hosted_zone_id_(bare_id(settings.hosted_zone_id)),
      wait_(settings.wait),
      credentials_(wires_, {.keys = std::move(settings.keys),
                            .role = std::move(settings.role),
                            .identity_token = std::move(settings.identity_token),
                            .ambient = settings.ambient,
                            .sts_endpoint = places_.sts,
                            .sts_region = places_.sts_region}) {}

Result<std::shared_ptr<TxtPublisher>> Route53::create(Wires wires, Route53Settings settings) {
  if (!settings.hosted_zone_id.empty() && !is_route53_id(bare_id(settings.hosted_zone_id))) {
    return Error{Code::Invalid, "route53.hostedZoneID: it has characters that no ID has"};
  }
  if (settings.region.empty() && settings.ambient) {
    settings.region = wires.environment("AWS_REGION");
    if (settings.region.empty()) settings.region = wires.environment("AWS_DEFAULT_REGION");
  }
  auto places = TRY(aws_places(settings.region));
  if (!settings.endpoint.empty()) places.route53 = settings.endpoint;
  if (!settings.sts_endpoint.empty()) places.sts = settings.sts_endpoint;
  return std::shared_ptr<TxtPublisher>(new Route53(std::move(wires), std::move(places), std::move(settings)));
}

Route53::Answer Route53::ask(std::string_view action, http::FetchRequest request) {
  const auto keys = credentials_.current();
  if (!keys) return AwsRefusal{keys.error(), {}, {}};
  request.url = places_.route53 + std::string(kApi) + request.url;
  Call call{kProvider,
            action,
            std::move(request),
            {(*keys)->secret_access_key.reveal(), (*keys)->session_token.reveal()}};
  const auto is_signed =
      sign_aws(call.request, **keys, {places_.route53_region, "route53"}, wires_.clock.now());
  if (!is_signed) return AwsRefusal{is_signed.error(), {}, {}};
  auto answer = exchange_xml(wires_.fetch, call);
  if (!answer && answer.error().error.code == Code::Forbidden) credentials_.forget();
  return answer;
}

Route53::Answer Route53::change(const std::string& zone, const Route53Change& change) {
  return ask("change the record set", {.method = "POST",
                                       .url = "hostedzone/" + zone + "/rrset/",
                                       .body = change_body(change),
                                       .content_type = "text/xml"});
}

Result<std::string> Route53::find_zone_named(const std::string& name) {
  auto answer = ask("list hosted zones",
                    {.url = "hostedzonesbyname?" + url_encoded({{"dnsname", name}, {"maxitems", "100"}})});
  if (!answer) return std::move(answer).error().error;
  // In order of their names with the labels turned round, from this one on.
  for (const auto& zone : zones_in(*answer)) {
    if (without_dot(zone.name) != name) break;
    if (!zone.is_private && is_route53_id(zone.id)) return zone.id;
  }
  return Error{Code::NotFound, ""};
}

Result<std::string> Route53::find_zone(const TxtRecord& record) {
  std::vector<std::string> names = zones_of(record.name);
  // The zone that the DNS shows is most likely the one.
  std::ranges::stable_partition(names, [&](const auto& name) { return name == without_dot(record.zone); });
  for (const auto& name : names) {
    auto found = find_zone_named(name);
    if (found || found.error().code != Code::NotFound || !found.error().message.empty()) return found;
  }
  return Error{Code::NotFound, "Route 53: no public hosted zone for " + record.name};
}

Result<std::string> Route53::zone_of(const TxtRecord& record) {
  if (!hosted_zone_id_.empty()) return hosted_zone_id_;
  if (auto known = zones_.find(record)) return *std::move(known);
  auto found = TRY(find_zone(record));
  zones_.keep(record, found);
  return found;
}

Result<std::vector<Route53Set>> Route53::sets_of(const std::string& zone, const std::string& name) {
  auto answer =
      ask("list record sets", {.url = "hostedzone/" + zone + "/rrset?" +
                                      url_encoded({{"name", name}, {"type", "TXT"}, {"maxitems", "300"}})});
  if (!answer) return std::move(answer).error().error;
  return sets_in(*answer, name);
}

Status Route53::join_simple_set(const std::string& zone, const TxtRecord& record) {
  const auto value = quoted_txt(record.value);
  auto sets = TRY(sets_of(zone, record.name));
  const auto simple = std::ranges::find_if(sets, [](const auto& set) { return set.identifier.empty(); });
  if (simple == sets.end()) return Error{Code::Conflict, ""};
  if (std::ranges::find(simple->values, value) != simple->values.end()) return Done{};
  if (simple->values.size() >= kMaxValues) {
    return Error{Code::Unavailable, "Route 53: " + record.name + " has too many values"};
  }
  simple->values.push_back(value);
  auto changed = change(zone, {Route53Change::Action::Upsert, *simple});
  if (!changed) return std::move(changed).error().error;
  return Done{};
}

void Route53::wait_for(const std::string& change_id) {
  if (!is_route53_id(change_id)) return;
  for (auto left = wait_; left >= kPoll; left -= kPoll) {
    wires_.pause(kPoll);
    const auto answer = ask("get the change", {.url = "change/" + change_id});
    if (!answer || answer->text_at({"ChangeInfo", "Status"}) == "INSYNC") return;
  }
}

Status Route53::present(const TxtRecord& record) {
  const auto zone = TRY(zone_of(record));
  auto lock = wires_.locks.lock(record.name);
  auto changed = change(zone, {Route53Change::Action::Upsert, set_of(record)});
  if (!changed && is_stale(changed.error())) {
    auto joined = join_simple_set(zone, record);
    if (!joined && joined.error().code == Code::Conflict) return std::move(changed).error().error;
    return joined;
  }
  if (!changed && is_zone_gone(changed.error())) zones_.forget(record);
  if (!changed) return std::move(changed).error().error;
  lock.unlock();
  if (changed->text_at({"ChangeInfo", "Status"}) != "INSYNC") {
    wait_for(bare_id(changed->text_at({"ChangeInfo", "Id"})));
  }
  return Done{};
}

// The value may be in a set of another TTL, or in a simple one beside others.
Status Route53::remove_as_listed(const std::string& zone, const TxtRecord& record) {
  const auto value = quoted_txt(record.value);
  Error stale{Code::Unavailable, "Route 53: " + record.name + " keeps changing"};
  for (int round = 0; round < kRounds; ++round) {
    auto sets = TRY(sets_of(zone, record.name));
    const auto with_value = std::ranges::find_if(
        sets, [&](const auto& set) { return std::ranges::find(set.values, value) != set.values.end(); });
    if (with_value == sets.end()) return Done{};
    Route53Change wanted{Route53Change::Action::Delete, *with_value};
    if (with_value->values.size() > 1) {
      wanted.action = Route53Change::Action::Upsert;
      std::erase(wanted.set.values, value);
    }
    auto changed = change(zone, wanted);
    if (changed) return Done{};
    if (!is_stale(changed.error())) return std::move(changed).error().error;
    stale = std::move(changed).error().error;
  }
  stale.code = Code::Unavailable;
  return stale;
}

Status Route53::clean_up(const TxtRecord& record) {
  auto zone = zone_of(record);
  // The zone is gone, and the record with it.
  if (!zone && zone.error().code == Code::NotFound) return Done{};
  if (!zone) return std::move(zone).error();
  const auto lock = wires_.locks.lock(record.name);
  auto changed = change(*zone, {Route53Change::Action::Delete, set_of(record)});
  if (changed) return Done{};
  if (is_stale(changed.error())) return remove_as_listed(*zone, record);
  if (is_zone_gone(changed.error())) {
    zones_.forget(record);
    return Done{};
  }
  return std::move(changed).error().error;
}

}  // namespace cw::dns01
