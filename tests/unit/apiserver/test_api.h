// TestApi: the API over a store in memory, without network: requests in, answers out.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "apiserver/cached_store.h"
#include "apiserver/crd/definition_keeper.h"
#include "apiserver/housekeeping.h"
#include "apiserver/identity.h"
#include "apiserver/resource_api.h"
#include "apiserver/webhooks/webhook_admission.h"

namespace cw::apiserver {

// Answers what the function says; counts.
class ScriptedAdmitter final : public kube::Admitter {
 public:
  using Script = std::function<kube::AdmissionAnswer(kube::AdmissionStep, const Json& review)>;
  explicit ScriptedAdmitter(Script script) : script_(std::move(script)) {}
  std::string review(kube::AdmissionStep step, std::string_view review_json) override;
  int asked = 0;

 private:
  Script script_;
};

// Of webhooks, where a test has none.
class UnreachableCaller final : public webhooks::Caller {
 public:
  Result<webhooks::CallAnswer> post(const webhooks::Target&, const std::string&,
                                    std::chrono::seconds) override {
    return Error{Code::Unavailable, "nobody is there"};
  }
};

struct TestAnswer {
  int status = 0;
  Json body;
  http::Response response;
  AdmissionNotes notes = {};
};

class TestApi {
 public:
  explicit TestApi(kube::Admitter* admitter = nullptr, const HouseOptions& house = kBareHouse,
                   webhooks::Caller* caller = nullptr);

  TestAnswer send(const std::string& method, const std::string& target, const std::string& body = {},
                  const std::string& content_type = "application/json");
  TestAnswer get(const std::string& target) { return send("GET", target); }
  TestAnswer post(const std::string& target, const Json& body) { return send("POST", target, body.dump()); }
  TestAnswer put(const std::string& target, const Json& body) { return send("PUT", target, body.dump()); }
  TestAnswer patch(const std::string& target, const Json& body, const std::string& kind = "merge-patch") {
    return send("PATCH", target, body.dump(), "application/" + kind + "+json");
  }
  TestAnswer remove(const std::string& target) { return send("DELETE", target); }
  TestAnswer send_request(http::Request);
  // Whom all that follows is sent as; at first the server's own user, who may do all.
  void act_as(std::string user, kube::List<std::string> groups = {"system:authenticated"});

  // Everything that housekeeping has to do now.
  void keep_house();
  void advance(std::chrono::seconds by) { clock_.advance(by); }
  Store& store() { return *store_; }
  const ApiParts& parts() const { return parts_; }
  // Has none of the definitions of our own kinds until it is started.
  DefinitionKeeper& definitions() { return definitions_; }
  const TokenAuthenticator& tokens() const { return tokens_; }
  const Authorizer& authorizer() const { return authorizer_; }

  // Without what a cluster's controllers put into each namespace.
  static const HouseOptions kBareHouse;

 private:
  ManualClock clock_;
  std::unique_ptr<CachedStore> store_;
  ResourceTable resources_;
  TypeCatalog types_;
  Authorizer authorizer_;
  UnreachableCaller unreachable_;
  webhooks::WebhookAdmission webhooks_;
  Admission admission_;
  TokenAuthenticator tokens_;
  NamespaceGate gate_;
  ApiParts parts_;
  DefinitionKeeper definitions_;
  std::stop_source stopping_;
  ResourceApi api_;
  Housekeeping housekeeping_;
  kube::UserInfo user_ = system_user();
};

// The events of a watch, which ends after `most` writes of its stream.
std::vector<Json> watch(TestApi&, const std::string& target, int most, const std::string& accept = {});

// In the namespace "ns", which TestApi makes.
Json certificate(const std::string& name);
Json config_map(const std::string& name, const Json& data = {{"a", "1"}});

inline constexpr const char* kCertificates = "/apis/cert-manager.io/v1/namespaces/ns/certificates";
inline constexpr const char* kConfigMaps = "/api/v1/namespaces/ns/configmaps";
inline constexpr const char* kSecrets = "/api/v1/namespaces/ns/secrets";

}  // namespace cw::apiserver
