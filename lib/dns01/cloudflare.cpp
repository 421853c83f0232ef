#include "lib/dns01/cloudflare.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "lib/base/ascii.h"
#include "lib/dns01/texts.h"
#include "lib/kube/json_access.h"

namespace cw::dns01 {
namespace {

constexpr std::string_view kProvider = "Cloudflare";
constexpr int kTtl = 60;
constexpr int kMaxPages = 20;

bool is_id(const std::string& id) {
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, is_alphanumeric);
}

}  // namespace

Cloudflare::Cloudflare(Wires wires, CloudflareSettings settings)
    : wires_(std::move(wires)),
      settings_(std::move(settings)),
      rest_(wires_.fetch, kProvider, settings_.endpoint) {}

Result<std::shared_ptr<TxtPublisher>> Cloudflare::create(Wires wires, CloudflareSettings settings) {
  if (settings.token.empty() && settings.key.empty()) {
    return Error{Code::Invalid, "cloudflare: it needs apiTokenSecretRef, or email and apiKeySecretRef"};
  }
  if (settings.token.empty() && settings.email.empty()) {
    return Error{Code::Invalid, "cloudflare.email: it is needed with apiKeySecretRef"};
  }
  return std::shared_ptr<TxtPublisher>(new Cloudflare(std::move(wires), std::move(settings)));
}

Result<kube::Json> Cloudflare::ask(std::string_view action, std::string_view method,
                                   const std::string& target, const std::string& body) const {
  const bool by_token = !settings_.token.empty();
  const std::string secret((by_token ? settings_.token : settings_.key).reveal());
  Headers proof;
  if (by_token) {
    proof = {{"Authorization", "Bearer " + secret}};
  } else {
    proof = {{"X-Auth-Email", settings_.email}, {"X-Auth-Key", secret}};
  }
  auto answer = TRY(rest_.ask({.action = action,
                               .method = method,
                               .target = target,
                               .body = body,
                               .headers = std::move(proof),
                               .secret = secret}));
  const auto* success = kube::find_member(answer, "success");
  if (success == nullptr || !success->is_boolean() || !success->get<bool>()) {
    return broken_answer({kProvider, action, {}, {secret}}, "not done: " + words_in(answer));
  }
  return answer;
}

// Only the zone that the DNS shows and those above it: a token that is not for all zones sees no others.
Result<std::string> Cloudflare::zone_of(const TxtRecord& record) {
  if (auto known = zones_.find(record)) return *std::move(known);
  const std::string& from = record.zone.empty() ? record.name : record.zone;
  for (const auto& name : zones_of(from)) {
    const auto answer = TRY(ask("list zones", "GET", "/zones?" + url_encoded({{"name", name}})));
    for (const auto& zone : kube::array_member(answer, "result")) {
      const auto id = kube::text_member(zone, "id");
      if (kube::text_member(zone, "name") != name || !is_id(id)) continue;
      zones_.keep(record, id);
      return id;
    }
  }
  return Error{Code::NotFound, "Cloudflare: the credentials see no zone for " + record.name};
}

Result<std::vector<std::string>> Cloudflare::find_records(const std::string& zone,
                                                          const TxtRecord& record) const {
  std::vector<std::string> found;
  for (int page = 1; page <= kMaxPages; ++page) {
    const auto answer = TRY(ask("list records", "GET",
                                "/zones/" + zone + "/dns_records?" +
                                    url_encoded({{"type", "TXT"},
                                                 {"name", without_dot(record.name)},
                                                 {"per_page", "100"},
                                                 {"page", std::to_string(page)}})));
    for (const auto& one : kube::array_member(answer, "result")) {
      const auto id = kube::text_member(one, "id");
      const bool is_ours = lower_case(kube::text_member(one, "name")) == without_dot(record.name) &&
                           unquoted_txt(kube::text_member(one, "content")) == record.value;
      if (is_ours && is_id(id)) found.push_back(id);
    }
    const auto* pages = kube::find_path(answer, {"result_info", "total_pages"});
    if (pages == nullptr || !pages->is_number_integer() || pages->get<int>() <= page) break;
  }
  return found;
}

Status Cloudflare::present(const TxtRecord& record) {
  const auto zone = TRY(zone_of(record));
  const auto lock = wires_.locks.lock(record.name);
  const auto there = find_records(zone, record);
  if (!there && there.error().code == Code::NotFound) zones_.forget(record);
  if (!there) return there.error();
  if (!there->empty()) return Done{};
  const kube::Json body = {{"type", "TXT"},
                           {"name", without_dot(record.name)},
                           {"content", quoted_txt(record.value)},
                           {"ttl", kTtl}};
  const auto made = ask("create the record", "POST", "/zones/" + zone + "/dns_records", body.dump());
  if (made) return Done{};
  // "An identical record already exists": another process was quicker.
  const auto& error = made.error();
  if (error.code != Code::Forbidden && error.code != Code::Unavailable) {
    const auto after = find_records(zone, record);
    if (after && !after->empty()) return Done{};
  }
  return error;
}

Status Cloudflare::clean_up(const TxtRecord& record) {
  auto zone = zone_of(record);
  if (!zone && zone.error().code == Code::NotFound) return Done{};
  if (!zone) return std::move(zone).error();
  const auto lock = wires_.locks.lock(record.name);
  const auto found = find_records(*zone, record);
  if (!found && found.error().code == Code::NotFound) {
    zones_.forget(record);
    return Done{};
  }
  if (!found) return found.error();
  for (const auto& id : *found) {
    const auto removed = ask("delete the record", "DELETE", "/zones/" + *zone + "/dns_records/" + id);
    if (!removed && removed.error().code != Code::NotFound) return removed.error();
  }
  return Done{};
}

}  // namespace cw::dns01
