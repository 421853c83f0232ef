#include "lib/dns01/akamai.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "lib/base/percent.h"
#include "lib/base/random.h"
#include "lib/dns01/conflicts.h"
#include "lib/dns01/exchange.h"
#include "lib/dns01/texts.h"
#include "lib/kube/json_access.h"

namespace cw::dns01 {
namespace {

constexpr std::string_view kProvider = "Akamai";
constexpr int kTtl = 300;

bool holds(const std::vector<std::string>& values, const std::string& value) {
  return std::ranges::any_of(values, [&](const auto& one) { return unquoted_txt(one) == value; });
}

}  // namespace

Akamai::Akamai(Wires wires, AkamaiSettings settings)
    : wires_(std::move(wires)), settings_(std::move(settings)) {}

Result<std::shared_ptr<TxtPublisher>> Akamai::create(Wires wires, AkamaiSettings settings) {
  auto& host = settings.host;
  if (host.find("://") == std::string::npos) host.insert(0, "https://");
  if (host.ends_with('/')) host.pop_back();
  if (host == "https:/") return Error{Code::Invalid, "akamai.serviceConsumerDomain: it is empty"};
  const auto& keys = settings.keys;
  if (keys.client_token.empty() || keys.client_secret.empty() || keys.access_token.empty()) {
    return Error{Code::Invalid,
                 "akamai: it needs clientTokenSecretRef, clientSecretSecretRef and accessTokenSecretRef"};
  }
  return std::shared_ptr<TxtPublisher>(new Akamai(std::move(wires), std::move(settings)));
}

Result<kube::Json> Akamai::ask(std::string_view action, std::string_view method, const TxtRecord& record,
                               const std::string& body) const {
  const auto& keys = settings_.keys;
  Call call{kProvider,
            action,
            {.method = std::string(method),
             .url = settings_.host + "/config-dns/v2/zones/" + percent_encoded(without_dot(record.zone)) +
                    "/names/" + percent_encoded(without_dot(record.name)) + "/types/TXT",
             .body = body,
             .content_type = body.empty() ? "" : "application/json"},
            {keys.client_token.reveal(), keys.client_secret.reveal(), keys.access_token.reveal()}};
  call.request.headers = {
      {"Authorization", TRY(edge_grid_authorization(call.request, keys, wires_.clock.now(), random_uuid()))}};
  return exchange_json(wires_.fetch, call);
}

Result<std::optional<std::vector<std::string>>> Akamai::read(const TxtRecord& record) const {
  auto answer = ask("read the record set", "GET", record);
  if (!answer && answer.error().code == Code::NotFound) return std::optional<std::vector<std::string>>();
  if (!answer) return std::move(answer).error();
  std::vector<std::string> values;
  for (const auto& value : kube::array_member(*answer, "rdata")) {
    if (value.is_string()) values.push_back(value.get<std::string>());
  }
  return std::optional(std::move(values));
}

Status Akamai::write(std::string_view action, std::string_view method, const TxtRecord& record,
                     const std::vector<std::string>& values) const {
  const kube::Json body = {
      {"name", without_dot(record.name)}, {"type", "TXT"}, {"ttl", kTtl}, {"rdata", values}};
  TRY(ask(action, method, record, body.dump()));
  return Done{};
}

Status Akamai::add(const TxtRecord& record) const {
  auto values = TRY(read(record));
  if (values && holds(*values, record.value)) return Done{};
  if (!values) return write("create the record set", "POST", record, {quoted_txt(record.value)});
  values->push_back(quoted_txt(record.value));
  return write("change the record set", "PUT", record, *values);
}

Status Akamai::take_away(const TxtRecord& record) const {
  auto values = TRY(read(record));
  if (!values || !holds(*values, record.value)) return Done{};
  std::erase_if(*values, [&](const auto& one) { return unquoted_txt(one) == record.value; });
  if (!values->empty()) return write("change the record set", "PUT", record, *values);
  auto removed = ask("delete the record set", "DELETE", record);
  if (!removed && removed.error().code != Code::NotFound) return std::move(removed).error();
  return Done{};
}

Status Akamai::present(const TxtRecord& record) {
  const auto lock = wires_.locks.lock(record.name);
  return repeated_on_conflict([&] { return add(record); });
}

Status Akamai::clean_up(const TxtRecord& record) {
  const auto lock = wires_.locks.lock(record.name);
  return repeated_on_conflict([&] { return take_away(record); });
}

}  // namespace cw::dns01
