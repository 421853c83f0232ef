// Providers that keep one record for each value: Cloudflare, DigitalOcean; and acme-dns.
#include <algorithm>

#include "lib/dns01/acme_dns.h"
#include "lib/dns01/cloudflare.h"
#include "lib/dns01/digitalocean.h"
#include "lib/dns01/texts.h"
#include "tests/unit/dns01/fake_cloud.h"

namespace cw::dns01::test {
namespace {

constexpr const char* kToken = "cf-token-0123456789";
constexpr std::size_t kPage = 2;  // small, so that there is more than one

// A record's identifier is its place among all of them, and stays so while the test looks.
struct Listed {
  int id;
  std::string name;
  std::string value;
};

std::vector<Listed> listed(const Records& records) {
  std::vector<Listed> all;
  int id = 1000;
  for (const auto& [name, values] : records) {
    for (const auto& value : values) all.push_back({id++, name, value});
  }
  return all;
}

class FakeCloudflare final : public FakeCloud {
 public:
  FakeCloudflare() { zones_ = {{"example.com", "023e105f4ecef8ad9ca31a8372d0c353"}}; }

 private:
  static ClientResponse refused(int status, const std::string& message) {
    return json_answer(
        status,
        {{"success", false}, {"errors", {{{"code", 9109}, {"message", message}}}}, {"result", nullptr}});
  }

  ClientResponse answer(const Asked& asked) override {
    if (refuses_ || asked.header("authorization") != std::string("Bearer ") + kToken) {
      return refused(403, std::string("Invalid access token ") + kToken);
    }
    const auto path = split_path(asked.path);  // client v4 zones ID dns_records ID
    if (path.size() == 3) {
      Json zones = Json::array();
      const auto found = zones_.find(asked.parameter("name"));
      if (found != zones_.end()) zones.push_back({{"id", found->second}, {"name", found->first}});
      return json_answer(200, {{"success", true}, {"result", zones}});
    }
    if (zones_.empty()) return refused(404, "zone not found");
    if (asked.method == "GET") return list(asked);
    if (asked.method == "POST") return create(Json::parse(asked.body));
    return remove(std::stoi(path.at(5)));
  }

  ClientResponse list(const Asked& asked) {
    std::vector<Json> found;
    for (const auto& one : listed(records_)) {
      if (one.name == asked.parameter("name") + ".") {
        found.push_back({{"id", std::to_string(one.id)},
                         {"type", "TXT"},
                         {"name", asked.parameter("name")},
                         {"content", quoted_txt(one.value)}});
      }
    }
    const std::size_t first = (std::stoul(asked.parameter("page")) - 1) * kPage;
    Json page = Json::array();
    for (std::size_t i = first; i < std::min(first + kPage, found.size()); ++i) page.push_back(found[i]);
    return json_answer(200, {{"success", true},
                             {"result", page},
                             {"result_info", {{"total_pages", (found.size() + kPage - 1) / kPage}}}});
  }

  ClientResponse create(const Json& body) {
    const std::string name = body.at("name").get<std::string>() + ".";
    const std::string value = unquoted_txt(body.at("content").get<std::string>());
    auto values = records_[name];
    if (body.at("ttl") != 60 || body.at("type") != "TXT") return refused(400, "not as expected");
    if (std::ranges::find(values, value) != values.end())
      return refused(400, "An identical record already exists.");
    values.push_back(value);
    set_values(name, values);
    return json_answer(200, {{"success", true}, {"result", Json::object()}});
  }

  ClientResponse remove(int id) {
    for (const auto& one : listed(records_)) {
      if (one.id != id) continue;
      auto values = records_[one.name];
      std::erase(values, one.value);
      set_values(one.name, values);
      return json_answer(200, {{"success", true}, {"result", {{"id", id}}}});
    }
    return refused(404, "Record does not exist.");
  }
};

class FakeDigitalOcean final : public FakeCloud {
 public:
  FakeDigitalOcean() { zones_ = {{"example.com", "example.com"}}; }

 private:
  static ClientResponse refused(int status, const std::string& id, const std::string& message) {
    return json_answer(status, {{"id", id}, {"message", message}, {"request_id", "4d9d8375"}});
  }

  ClientResponse answer(const Asked& asked) override {
    if (refuses_ || asked.header("authorization") != std::string("Bearer ") + kToken) {
      return refused(401, "Unauthorized", std::string("Unable to authenticate you with ") + kToken);
    }
    const auto path = split_path(asked.path);  // v2 domains ZONE records ID
    if (!zones_.contains(path.at(2)))
      return refused(404, "not_found", "The resource you were accessing could not be found.");
    const std::string zone = path.at(2) + ".";
    if (asked.method == "GET") return list(asked, zone);
    if (asked.method == "POST") {
      const Json body = Json::parse(asked.body);
      if (body.at("ttl") != 60 || body.at("type") != "TXT")
        return refused(422, "unprocessable_entity", "not as expected");
      const auto name = body.at("name").get<std::string>() + "." + zone;
      auto values = records_[name];
      values.push_back(body.at("data").get<std::string>());
      set_values(name, values);
      return json_answer(201, {{"domain_record", Json::object()}});
    }
    for (const auto& one : listed(records_)) {
      if (std::to_string(one.id) != path.at(4)) continue;
      auto values = records_[one.name];
      values.erase(std::ranges::find(values, one.value));
      set_values(one.name, values);
      return text_answer(204, "");
    }
    return refused(404, "not_found", "no such record");
  }

  ClientResponse list(const Asked& asked, const std::string& zone) {
    std::vector<Json> found;
    for (const auto& one : listed(records_)) {
      if (one.name != asked.parameter("name") + ".") continue;
      found.push_back(
          {{"id", one.id}, {"type", "TXT"}, {"name", relative_name(one.name, zone)}, {"data", one.value}});
    }
    const std::size_t page = std::stoul(asked.parameter("page"));
    Json shown = Json::array();
    for (std::size_t i = (page - 1) * kPage; i < std::min(page * kPage, found.size()); ++i)
      shown.push_back(found[i]);
    Json links = Json::object();
    if (page * kPage < found.size()) links = {{"pages", {{"next", "https://api.digitalocean.com/v2/…"}}}};
    return json_answer(200, {{"domain_records", shown}, {"links", links}});
  }
};

class FakeAcmeDns final : public FakeCloud {
 public:
  FakeAcmeDns() { zones_ = {{"example.com", "8e5700ea-a4bf-41c7-8a77-e990661dcc6a"}}; }

 private:
  ClientResponse answer(const Asked& asked) override {
    const bool known = asked.header("x-api-user") == "c36f50e8" && asked.header("x-api-key") == kToken;
    if (refuses_ || !known) return json_answer(401, {{"error", std::string("forbidden for ") + kToken}});
    const Json body = Json::parse(asked.body);
    if (asked.method != "POST" || asked.path != "/update") return json_answer(404, {{"error", "not found"}});
    if (zones_.empty() || body.at("subdomain") != zones_.begin()->second)
      return json_answer(404, {{"error", "bad_subdomain"}});
    auto values = records_["_acme-challenge.www.example.com."];
    values.push_back(body.at("txt").get<std::string>());
    if (values.size() > 2) values.erase(values.begin());
    set_values("_acme-challenge.www.example.com.", values);
    return json_answer(200, {{"txt", body.at("txt")}});
  }
};

}  // namespace

Provider cloudflare_provider() {
  return {
      .name = "cloudflare",
      .cloud = std::make_unique<FakeCloudflare>(),
      .make =
          [](Wires wires) { return Cloudflare::create(std::move(wires), {.token = SecretBytes(kToken)}); },
      .secrets = {kToken}};
}

Provider digitalocean_provider() {
  return {
      .name = "digitalocean",
      .cloud = std::make_unique<FakeDigitalOcean>(),
      .make =
          [](Wires wires) { return DigitalOcean::create(std::move(wires), {.token = SecretBytes(kToken)}); },
      .secrets = {kToken}};
}

Provider acme_dns_provider() {
  return {.name = "acmeDNS",
          .cloud = std::make_unique<FakeAcmeDns>(),
          .make = [](Wires wires) -> Result<std::shared_ptr<TxtPublisher>> {
            auto accounts =
                parse_acme_dns_accounts(Json({{"www.example.com",
                                               {{"username", "c36f50e8"},
                                                {"password", kToken},
                                                {"subdomain", "8e5700ea-a4bf-41c7-8a77-e990661dcc6a"}}}})
                                            .dump());
            if (!accounts) return accounts.error();
            return AcmeDns::create(std::move(wires), {.host = "auth.example.org",
                                                      .accounts = std::move(accounts).value(),
                                                      .domain = "www.example.com"});
          },
          .secrets = {kToken},
          .removes = false};
}

}  // namespace cw::dns01::test
