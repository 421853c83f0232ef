#include "lib/dns01/cloud_dns.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "lib/base/percent.h"
#include "lib/dns01/conflicts.h"
#include "lib/dns01/texts.h"
#include "lib/kube/json_access.h"

namespace cw::dns01 {
namespace {

using kube::Json;

constexpr std::string_view kProvider = "Cloud DNS";
constexpr int kTtl = 60;

std::vector<std::string> values_of(const Json& set) {
  std::vector<std::string> values;
  for (const auto& value : kube::array_member(set, "rrdatas")) {
    if (value.is_string()) values.push_back(value.get<std::string>());
  }
  return values;
}

// A change names sets by what they hold alone.
Json bare_set(const TxtRecord& record, const Json& ttl, const std::vector<std::string>& values) {
  return {{"name", record.name}, {"type", "TXT"}, {"ttl", ttl}, {"rrdatas", values}};
}

Json ttl_of(const Json& set) {
  const auto* ttl = kube::find_member(set, "ttl");
  return ttl != nullptr && ttl->is_number_integer() ? *ttl : Json(kTtl);
}

// A public one, else a private one; "" if there is none of that name.
std::string managed_zone_in(const Json& answer, const std::string& dns_name) {
  std::string found;
  for (const auto& zone : kube::array_member(answer, "managedZones")) {
    if (kube::text_member(zone, "dnsName") != dns_name) continue;
    if (kube::text_member(zone, "visibility") != "private") return kube::text_member(zone, "name");
    if (found.empty()) found = kube::text_member(zone, "name");
  }
  return found;
}

}  // namespace

CloudDns::CloudDns(Wires wires, CloudDnsSettings settings)
    : wires_(std::move(wires)),
      settings_(std::move(settings)),
      token_(wires_, std::move(settings_.account)),
      rest_(wires_.fetch, kProvider,
            settings_.endpoint + "/dns/v1/projects/" + percent_encoded(settings_.project) + "/managedZones") {
}

Result<std::shared_ptr<TxtPublisher>> CloudDns::create(Wires wires, CloudDnsSettings settings) {
  if (settings.project.empty()) return Error{Code::Invalid, "cloudDNS.project: it is empty"};
  return std::shared_ptr<TxtPublisher>(new CloudDns(std::move(wires), std::move(settings)));
}

Result<Json> CloudDns::ask(std::string_view action, const std::string& target, const std::string& body) {
  const auto token = TRY(token_.current());
  auto answer = rest_.ask({.action = action,
                           .method = body.empty() ? "GET" : "POST",
                           .target = target,
                           .body = body,
                           .headers = {{"Authorization", "Bearer " + std::string(token->reveal())}},
                           .secret = token->reveal()});
  if (!answer && answer.error().code == Code::Forbidden) token_.forget();
  return answer;
}

Result<std::string> CloudDns::find_zone(const TxtRecord& record) {
  std::vector<std::string> names = zones_of(record.name);
  std::ranges::stable_partition(names, [&](const auto& name) { return name == without_dot(record.zone); });
  for (const auto& name : names) {
    const auto answer = TRY(ask("list managed zones", "?" + url_encoded({{"dnsName", name + "."}})));
    auto found = managed_zone_in(answer, name + ".");
    if (!found.empty()) return found;
  }
  return Error{Code::NotFound, "Cloud DNS: no managed zone for " + record.name + " in the project"};
}

Result<std::string> CloudDns::zone_of(const TxtRecord& record) {
  if (!settings_.managed_zone.empty()) return settings_.managed_zone;
  if (auto known = zones_.find(record)) return *std::move(known);
  auto found = TRY(find_zone(record));
  zones_.keep(record, found);
  return found;
}

Result<std::optional<Json>> CloudDns::read(const std::string& zone, const TxtRecord& record) {
  const auto answer =
      TRY(ask("read the record set", "/" + percent_encoded(zone) + "/rrsets?" +
                                         url_encoded({{"name", record.name}, {"type", "TXT"}})));
  for (const auto& set : kube::array_member(answer, "rrsets")) {
    if (kube::text_member(set, "type") != "TXT" || kube::text_member(set, "name") != record.name) continue;
    return std::optional<Json>(bare_set(record, ttl_of(set), values_of(set)));
  }
  return std::optional<Json>();
}

Result<std::string> CloudDns::change(const std::string& zone, const std::optional<Json>& before,
                                     const std::optional<Json>& after) {
  Json body = Json::object();
  if (before) body["deletions"] = Json::array({*before});
  if (after) body["additions"] = Json::array({*after});
  const auto answer =
      TRY(ask("change the record set", "/" + percent_encoded(zone) + "/changes", body.dump()));
  return kube::text_member(answer, "status") == "done" ? std::string() : kube::text_member(answer, "id");
}

Result<std::string> CloudDns::add(const std::string& zone, const TxtRecord& record) {
  const auto value = quoted_txt(record.value);
  const auto before = TRY(read(zone, record));
  std::vector<std::string> values = before ? values_of(*before) : std::vector<std::string>();
  if (std::ranges::find(values, value) != values.end()) return std::string();
  values.push_back(value);
  return change(zone, before, bare_set(record, before ? ttl_of(*before) : Json(kTtl), values));
}

Status CloudDns::take_away(const std::string& zone, const TxtRecord& record) {
  const auto before = TRY(read(zone, record));
  if (!before) return Done{};
  auto values = values_of(*before);
  if (std::erase(values, quoted_txt(record.value)) == 0) return Done{};
  std::optional<Json> after;
  if (!values.empty()) after = bare_set(record, ttl_of(*before), values);
  auto changed = change(zone, before, after);
  if (changed) return Done{};
  // NotFound: the set that was to go has gone meanwhile.
  if (changed.error().code == Code::NotFound) return Error{Code::Conflict, changed.error().message};
  return std::move(changed).error();
}

void CloudDns::wait_for(const std::string& zone, const std::string& change_id) {
  constexpr std::chrono::seconds kPoll{1};
  if (change_id.empty()) return;
  for (auto left = settings_.wait; left >= kPoll; left -= kPoll) {
    wires_.pause(kPoll);
    const auto answer =
        ask("get the change", "/" + percent_encoded(zone) + "/changes/" + percent_encoded(change_id));
    if (!answer || kube::text_member(*answer, "status") == "done") return;
  }
}

Status CloudDns::present(const TxtRecord& record) {
  const auto zone = TRY(zone_of(record));
  auto lock = wires_.locks.lock(record.name);
  const auto change_id = repeated_on_conflict([&] { return add(zone, record); });
  lock.unlock();
  if (!change_id && change_id.error().code == Code::NotFound) zones_.forget(record);
  if (!change_id) return change_id.error();
  wait_for(zone, *change_id);
  return Done{};
}

Status CloudDns::clean_up(const TxtRecord& record) {
  auto zone = zone_of(record);
  if (!zone && zone.error().code == Code::NotFound) return Done{};
  if (!zone) return std::move(zone).error();
  const auto lock = wires_.locks.lock(record.name);
  auto done = repeated_on_conflict([&] { return take_away(*zone, record); });
  if (done || done.error().code != Code::NotFound) return done;
  zones_.forget(record);
  return Done{};
}

}  // namespace cw::dns01
