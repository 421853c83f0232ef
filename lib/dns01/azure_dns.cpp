#include "lib/dns01/azure_dns.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "lib/base/percent.h"
#include "lib/dns01/conflicts.h"
#include "lib/dns01/texts.h"
#include "lib/kube/json_access.h"

namespace cw::dns01 {
namespace {

using kube::Json;

constexpr std::string_view kProvider = "Azure DNS";
constexpr int kTtl = 60;

// The two APIs differ in the case of their names.
struct FieldNames {
  const char* ttl;
  const char* records;
};
FieldNames names_for(AzureDnsSettings::ZoneType type) {
  return type == AzureDnsSettings::ZoneType::Public ? FieldNames{"TTL", "TXTRecords"}
                                                    : FieldNames{"ttl", "txtRecords"};
}

// {"value": ["a part", "another"]}
std::string value_of(const Json& record) {
  std::string value;
  for (const auto& part : kube::array_member(record, "value")) {
    if (part.is_string()) value += part.get<std::string>();
  }
  return value;
}

bool holds(const Json& records, const std::string& value) {
  return std::ranges::any_of(records, [&](const Json& one) { return value_of(one) == value; });
}

}  // namespace

struct AzureDns::Set {
  std::string etag;
  Json properties;
};

AzureDns::AzureDns(Wires wires, AzureDnsSettings settings, const AzurePlaces& places,
                   std::unique_ptr<AzureToken> token)
    : wires_(std::move(wires)),
      settings_(std::move(settings)),
      token_(std::move(token)),
      rest_(wires_.fetch, kProvider,
            places.resource_manager + "/subscriptions/" + percent_encoded(settings_.subscription_id) +
                "/resourceGroups/" + percent_encoded(settings_.resource_group) +
                "/providers/Microsoft.Network") {}

Result<std::shared_ptr<TxtPublisher>> AzureDns::create(Wires wires, AzureDnsSettings settings) {
  const auto places = TRY(azure_places(settings.environment));
  if (settings.subscription_id.empty()) return Error{Code::Invalid, "azureDNS.subscriptionID: it is empty"};
  if (settings.resource_group.empty()) return Error{Code::Invalid, "azureDNS.resourceGroupName: it is empty"};
  auto token = TRY(AzureToken::create(wires, places, std::move(settings.identity)));
  return std::shared_ptr<TxtPublisher>(
      new AzureDns(std::move(wires), std::move(settings), places, std::move(token)));
}

Result<Json> AzureDns::ask(std::string_view action, std::string_view method, const TxtRecord& record,
                           Headers headers, const std::string& body) const {
  const auto token = TRY(token_->current());
  const bool is_public = settings_.zone_type == AzureDnsSettings::ZoneType::Public;
  const std::string zone = without_dot(settings_.zone.empty() ? record.zone : settings_.zone);
  headers.emplace_back("Authorization", "Bearer " + std::string(token->reveal()));
  auto answer = rest_.ask({.action = action,
                           .method = method,
                           .target = std::string(is_public ? "/dnsZones/" : "/privateDnsZones/") +
                                     percent_encoded(zone) + "/TXT/" +
                                     percent_encoded(relative_name(record.name, zone), "@") +
                                     (is_public ? "?api-version=2018-05-01" : "?api-version=2018-09-01"),
                           .body = body,
                           .headers = std::move(headers),
                           .secret = token->reveal()});
  if (!answer && answer.error().code == Code::Forbidden) token_->forget();
  return answer;
}

Result<std::optional<AzureDns::Set>> AzureDns::read(const TxtRecord& record) const {
  const auto answer = ask("read the record set", "GET", record);
  if (!answer && answer.error().code == Code::NotFound) return std::optional<Set>();
  if (!answer) return answer.error();
  return std::optional(Set{.etag = kube::text_member(*answer, "etag"),
                           .properties = kube::object_member(*answer, "properties")});
}

Status AzureDns::write(const TxtRecord& record, const std::optional<Set>& before, Json properties) const {
  const Headers condition = before ? Headers{{"If-Match", before->etag}} : Headers{{"If-None-Match", "*"}};
  const Json body = {{"properties", std::move(properties)}};
  TRY(ask("write the record set", "PUT", record, condition, body.dump()));
  return Done{};
}

Status AzureDns::add(const TxtRecord& record) const {
  const auto names = names_for(settings_.zone_type);
  const auto before = TRY(read(record));
  Json records = before ? kube::array_member(before->properties, names.records) : Json::array();
  if (holds(records, record.value)) return Done{};
  records.push_back({{"value", Json::array({record.value})}});
  const auto* ttl = before ? kube::find_member(before->properties, names.ttl) : nullptr;
  Json properties = {{names.ttl, ttl == nullptr ? Json(kTtl) : *ttl}, {names.records, std::move(records)}};
  if (before) kube::copy_member(properties, before->properties, "metadata");
  return write(record, before, std::move(properties));
}

Status AzureDns::take_away(const TxtRecord& record) const {
  const auto names = names_for(settings_.zone_type);
  const auto before = TRY(read(record));
  if (!before) return Done{};
  const Json& there = kube::array_member(before->properties, names.records);
  if (!holds(there, record.value)) return Done{};
  Json records = Json::array();
  for (const auto& one : there) {
    if (value_of(one) != record.value) records.push_back(one);
  }
  if (records.empty()) {
    TRY(ask("delete the record set", "DELETE", record, {{"If-Match", before->etag}}));
    return Done{};
  }
  Json properties = {{names.records, std::move(records)}};
  kube::copy_member(properties, before->properties, names.ttl);
  kube::copy_member(properties, before->properties, "metadata");
  return write(record, before, std::move(properties));
}

Status AzureDns::present(const TxtRecord& record) {
  const auto lock = wires_.locks.lock(record.name);
  return repeated_on_conflict([&] { return add(record); });
}

Status AzureDns::clean_up(const TxtRecord& record) {
  const auto lock = wires_.locks.lock(record.name);
  return repeated_on_conflict([&] { return take_away(record); });
}

}  // namespace cw::dns01
