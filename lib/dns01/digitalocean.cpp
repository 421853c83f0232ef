#include "lib/dns01/digitalocean.h"

#include <nlohmann/json.hpp>

#include "lib/base/percent.h"
#include "lib/dns01/texts.h"
#include "lib/kube/json_access.h"

namespace cw::dns01 {
namespace {

constexpr std::string_view kProvider = "DigitalOcean";
constexpr int kTtl = 60;
constexpr int kMaxPages = 50;

std::string records_of(const std::string& zone) {
  return "/v2/domains/" + percent_encoded(without_dot(zone)) + "/records";
}

}  // namespace

DigitalOcean::DigitalOcean(Wires wires, DigitalOceanSettings settings)
    : wires_(std::move(wires)),
      settings_(std::move(settings)),
      rest_(wires_.fetch, kProvider, settings_.endpoint) {}

Result<std::shared_ptr<TxtPublisher>> DigitalOcean::create(Wires wires, DigitalOceanSettings settings) {
  if (settings.token.empty()) return Error{Code::Invalid, "digitalocean.tokenSecretRef: there is no token"};
  return std::shared_ptr<TxtPublisher>(new DigitalOcean(std::move(wires), std::move(settings)));
}

Result<kube::Json> DigitalOcean::ask(std::string_view action, std::string_view method,
                                     const std::string& target, const std::string& body) const {
  return rest_.ask({.action = action,
                    .method = method,
                    .target = target,
                    .body = body,
                    .headers = {{"Authorization", "Bearer " + std::string(settings_.token.reveal())}},
                    .secret = settings_.token.reveal()});
}

Result<std::vector<std::string>> DigitalOcean::find_records(const TxtRecord& record) const {
  std::vector<std::string> found;
  const std::string name = relative_name(record.name, record.zone);
  for (int page = 1; page <= kMaxPages; ++page) {
    const auto answer = TRY(ask("list records", "GET",
                                records_of(record.zone) + "?" +
                                    url_encoded({{"type", "TXT"},
                                                 {"name", without_dot(record.name)},
                                                 {"per_page", "200"},
                                                 {"page", std::to_string(page)}})));
    for (const auto& one : kube::array_member(answer, "domain_records")) {
      const auto* id = kube::find_member(one, "id");
      const bool is_ours = kube::text_member(one, "type") == "TXT" &&
                           kube::text_member(one, "name") == name &&
                           unquoted_txt(kube::text_member(one, "data")) == record.value;
      if (is_ours && id != nullptr && id->is_number_integer()) found.push_back(id->dump());
    }
    if (kube::text_at(answer, {"links", "pages", "next"}).empty()) break;
  }
  return found;
}

Status DigitalOcean::present(const TxtRecord& record) {
  const auto lock = wires_.locks.lock(record.name);
  const auto there = TRY(find_records(record));
  if (!there.empty()) return Done{};
  const kube::Json body = {{"type", "TXT"},
                           {"name", relative_name(record.name, record.zone)},
                           {"data", record.value},
                           {"ttl", kTtl}};
  TRY(ask("create the record", "POST", records_of(record.zone), body.dump()));
  return Done{};
}

Status DigitalOcean::clean_up(const TxtRecord& record) {
  const auto lock = wires_.locks.lock(record.name);
  const auto found = find_records(record);
  if (!found && found.error().code == Code::NotFound) return Done{};
  if (!found) return found.error();
  for (const auto& id : *found) {
    const auto removed = ask("delete the record", "DELETE", records_of(record.zone) + "/" + id);
    if (!removed && removed.error().code != Code::NotFound) return removed.error();
  }
  return Done{};
}

}  // namespace cw::dns01
