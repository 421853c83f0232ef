// Providers that keep one record set for each name, into which values are merged: Google Cloud DNS, Azure
// DNS, Akamai.
#include <algorithm>

#include "lib/base/encoding.h"
#include "lib/dns01/akamai.h"
#include "lib/dns01/azure_dns.h"
#include "lib/dns01/cloud_dns.h"
#include "lib/dns01/texts.h"
#include "tests/unit/dns01/fake_cloud.h"

namespace cw::dns01::test {
namespace {

constexpr const char* kToken = "ya29.token-0123456789";
constexpr const char* kSecret = "client-secret-0123456789";

std::vector<std::string> unquoted(const Json& list) {
  std::vector<std::string> values;
  for (const auto& one : list) values.push_back(unquoted_txt(one.get<std::string>()));
  return values;
}

Json quoted(const std::vector<std::string>& values) {
  Json list = Json::array();
  for (const auto& value : values) list.push_back(quoted_txt(value));
  return list;
}

class FakeCloudDns final : public FakeCloud {
 public:
  FakeCloudDns() { zones_ = {{"example.com", "zone-public"}}; }

 private:
  bool is_write(const Asked& asked) const override { return asked.path.ends_with("/changes"); }
  static ClientResponse refused(int status, const std::string& message) {
    return json_answer(status, {{"error", {{"code", status}, {"message", message}}}});
  }

  ClientResponse answer(const Asked& asked) override {
    if (asked.host == "oauth2.googleapis.com") return give_token(asked);
    if (asked.header("authorization") != std::string("Bearer ") + kToken)
      return refused(401, "Invalid Credentials");
    const auto path = split_path(asked.path);  // dns v1 projects P managedZones ZONE rrsets
    if (path.size() == 5) return list_zones(asked.parameter("dnsName"));
    if (zones_.empty()) return refused(404, "The 'parameters.managedZone' resource does not exist.");
    if (path.size() == 8) return json_answer(200, {{"id", path[7]}, {"status", "done"}});
    return asked.method == "GET" ? read(asked.parameter("name")) : change(Json::parse(asked.body));
  }

  ClientResponse give_token(const Asked& asked) {
    const auto form = parse_form(asked.body);
    const auto assertion = form.at("assertion");
    const auto claims =
        assertion.substr(assertion.find('.') + 1, assertion.rfind('.') - assertion.find('.') - 1);
    const Json json = Json::parse(*decode_base64url(claims));
    if (refuses_ || json.at("iss") != "robot@p1.iam.example.com") {
      return json_answer(
          400, {{"error", "invalid_grant"}, {"error_description", "Invalid JWT Signature in " + assertion}});
    }
    return json_answer(200, {{"access_token", kToken}, {"expires_in", 3599}, {"token_type", "Bearer"}});
  }

  ClientResponse list_zones(const std::string& name) {
    Json list = Json::array();
    const auto found = zones_.find(without_dot(name));
    if (found != zones_.end()) {
      list = {{{"name", "zone-private"}, {"dnsName", name}, {"visibility", "private"}},
              {{"name", found->second}, {"dnsName", name}, {"visibility", "public"}}};
    }
    return json_answer(200, {{"managedZones", list}});
  }

  Json set_of(const std::string& name) {
    return {{"name", name}, {"type", "TXT"}, {"ttl", 60}, {"rrdatas", quoted(records_[name])}};
  }

  ClientResponse read(const std::string& name) {
    Json list = Json::array();
    if (records_.contains(name)) list.push_back(set_of(name));
    return json_answer(200, {{"rrsets", list}});
  }

  ClientResponse change(const Json& body) {
    const Json deletions = body.value("deletions", Json::array());
    const Json additions = body.value("additions", Json::array());
    const std::string name = (deletions.empty() ? additions : deletions)[0].at("name");
    if (!deletions.empty() && !records_.contains(name))
      return refused(404, "The resource record set does not exist.");
    if (!deletions.empty() && deletions[0] != set_of(name))
      return refused(412, "Precondition not met for the deletion.");
    if (deletions.empty() && records_.contains(name))
      return refused(409, "The resource record set already exists.");
    set_values(name, additions.empty() ? std::vector<std::string>() : unquoted(additions[0].at("rrdatas")));
    return json_answer(200, {{"id", "17"}, {"status", "pending"}});
  }
};

class FakeAzure final : public FakeCloud {
 public:
  FakeAzure() { zones_ = {{"example.com", "example.com"}}; }

 private:
  bool is_write(const Asked& asked) const override {
    return asked.method == "PUT" || asked.method == "DELETE";
  }
  static ClientResponse refused(int status, const std::string& code, const std::string& message) {
    return json_answer(status, {{"error", {{"code", code}, {"message", message}}}});
  }

  ClientResponse answer(const Asked& asked) override {
    if (asked.host == "login.microsoftonline.com") {
      const auto form = parse_form(asked.body);
      if (refuses_ || form.at("client_secret") != kSecret || asked.path != "/tenant/oauth2/v2.0/token") {
        return json_answer(
            401, {{"error", "invalid_client"},
                  {"error_description", std::string("AADSTS7000215: Invalid client secret ") + kSecret +
                                            ". Trace ID: 0a1b Correlation ID: 77 Timestamp: 2026-01-02"}});
      }
      return json_answer(200, {{"access_token", kToken}, {"expires_in", 3599}});
    }
    if (asked.header("authorization") != std::string("Bearer ") + kToken)
      return refused(401, "AuthenticationFailed", "no");
    const auto path = split_path(asked.path);
    // subscriptions S resourceGroups G providers Microsoft.Network dnsZones ZONE TXT NAME
    if (path.size() != 10 || path[6] != "dnsZones" || !zones_.contains(path[7]))
      return refused(404, "ParentResourceNotFound", "no zone");
    const std::string name = path[9] + "." + path[7] + ".";
    if (asked.method == "GET" && !records_.contains(name)) return refused(404, "NotFound", "no record set");
    if (asked.method == "GET") return json_answer(200, shown(name));
    const bool is_there = records_.contains(name);
    const bool holds =
        asked.header("if-none-match") == "*" ? !is_there : is_there && asked.header("if-match") == etag(name);
    if (!holds)
      return refused(412, "PreconditionFailed",
                     "The condition '" + asked.header("if-match") + "' in the header was not satisfied.");
    if (asked.method == "DELETE") {
      set_values(name, {});
      return text_answer(200, "");
    }
    std::vector<std::string> values;
    const Json body = Json::parse(asked.body);
    for (const auto& one : body.at("properties").at("TXTRecords")) {
      values.push_back(one.at("value").at(0));
    }
    set_values(name, values);
    return json_answer(is_there ? 200 : 201, shown(name));
  }

  std::string etag(const std::string& name) { return "etag-" + std::to_string(versions_[name]); }

  Json shown(const std::string& name) {
    Json records = Json::array();
    for (const auto& value : records_[name]) records.push_back({{"value", {value}}});
    return {{"etag", etag(name)}, {"properties", {{"TTL", 60}, {"TXTRecords", records}}}};
  }
};

class FakeAkamai final : public FakeCloud {
 public:
  FakeAkamai() { zones_ = {{"example.com", "example.com"}}; }

 private:
  static ClientResponse refused(int status, const std::string& title, const std::string& detail) {
    return json_answer(status, {{"type", "https://problems.example.com"},
                                {"title", title},
                                {"detail", detail},
                                {"requestId", "f00"}});
  }

  ClientResponse answer(const Asked& asked) override {
    const std::string proof = asked.header("authorization");
    if (refuses_ ||
        !proof.starts_with(
            "EG1-HMAC-SHA256 "
            "client_token=akab-client;access_token=akab-access;timestamp=20260102T03:04:05+0000;nonce=")) {
      return refused(401, "Not authorized", std::string("Invalid client secret ") + kSecret);
    }
    const auto path = split_path(asked.path);  // config-dns v2 zones ZONE names NAME types TXT
    if (!zones_.contains(path.at(3))) return refused(404, "Zone Not Found", "no zone");
    const std::string name = path.at(5) + ".";
    const bool is_there = records_.contains(name);
    if (asked.method == "POST" ? is_there : !is_there) {
      return is_there ? refused(409, "Record Set Already Exists", "x")
                      : refused(404, "Record Set Not Found", "x");
    }
    if (asked.method == "GET")
      return json_answer(
          200, {{"name", path[5]}, {"type", "TXT"}, {"ttl", 300}, {"rdata", quoted(records_[name])}});
    if (asked.method == "DELETE") {
      set_values(name, {});
      return text_answer(204, "");
    }
    const Json body = Json::parse(asked.body);
    if (body.at("ttl") != 300) return refused(400, "Bad TTL", "x");
    set_values(name, unquoted(body.at("rdata")));
    return json_answer(asked.method == "POST" ? 201 : 200, body);
  }
};

}  // namespace

Provider cloud_dns_provider() {
  return {.name = "cloudDNS",
          .cloud = std::make_unique<FakeCloudDns>(),
          .make = [](Wires wires) -> Result<std::shared_ptr<TxtPublisher>> {
            auto account = parse_google_service_account(service_account_json());
            if (!account) return account.error();
            return CloudDns::create(std::move(wires),
                                    {.project = "p1", .account = std::move(account).value()});
          },
          .secrets = {kToken, "PRIVATE KEY"}};
}

Provider azure_provider() {
  return {.name = "azureDNS",
          .cloud = std::make_unique<FakeAzure>(),
          .make =
              [](Wires wires) {
                return AzureDns::create(
                    std::move(wires),
                    {.subscription_id = "sub",
                     .resource_group = "group",
                     .identity = {
                         .client_id = "app", .tenant_id = "tenant", .client_secret = SecretBytes(kSecret)}});
              },
          .secrets = {kToken, kSecret}};
}

Provider akamai_provider() {
  return {.name = "akamai",
          .cloud = std::make_unique<FakeAkamai>(),
          .make =
              [](Wires wires) {
                return Akamai::create(std::move(wires),
                                      {.host = "akab-host.example.net",
                                       .keys = {.client_token = SecretBytes("akab-client"),
                                                .client_secret = SecretBytes(kSecret),
                                                .access_token = SecretBytes("akab-access")}});
              },
          .secrets = {kSecret, "akab-client", "akab-access"},
          .guards = false};
}

std::string service_account_json() {
  static const std::string pem = [] {
    const auto key = pki::PrivateKey::generate({pki::KeyAlgorithm::Rsa, 2048});
    return std::string(key->to_pem(pki::KeyEncoding::Pkcs8)->reveal());
  }();
  return Json({{"type", "service_account"},
               {"project_id", "p1"},
               {"private_key_id", "k1"},
               {"private_key", pem},
               {"client_email", "robot@p1.iam.example.com"},
               {"token_uri", "https://oauth2.googleapis.com/token"}})
      .dump();
}

}  // namespace cw::dns01::test
