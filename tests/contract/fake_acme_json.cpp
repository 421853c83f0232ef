#include "tests/contract/fake_acme_json.h"

#include "lib/base/time_text.h"

namespace cw::contract {
namespace {

using Json = nlohmann::json;

void add_error(Json& object, const std::string& error) {
  if (error.empty()) return;
  object["error"] = {{"type", "urn:ietf:params:acme:error:unauthorized"}, {"detail", error}, {"status", 403}};
}

}  // namespace

http::ClientResponse json_response(int status, const Json& body) {
  return {.status = status, .body = body.dump(), .headers = {{"Content-Type", "application/json"}}};
}

http::ClientResponse problem_response(const acme::Failure& failure) {
  const int status = failure.problem.status == 0 ? 500 : failure.problem.status;
  auto response = json_response(
      status, {{"type", failure.problem.type}, {"detail", failure.problem.detail}, {"status", status}});
  response.headers = {{"Content-Type", "application/problem+json"}};
  if (failure.retry_after) {
    response.headers.emplace_back("Retry-After", std::to_string(failure.retry_after->count()));
  }
  return response;
}

Json to_json(const acme::Directory& directory) {
  Json json{{"newNonce", directory.new_nonce},
            {"newAccount", directory.new_account},
            {"newOrder", directory.new_order},
            {"revokeCert", directory.revoke_cert},
            {"keyChange", directory.key_change},
            {"meta", {{"externalAccountRequired", directory.external_account_required}}}};
  if (!directory.renewal_info.empty()) json["renewalInfo"] = directory.renewal_info;
  if (!directory.profiles.empty()) json["meta"]["profiles"] = directory.profiles;
  return json;
}

Json to_json(const acme::Account& account) {
  return {{"status", account.status}, {"contact", account.contact}};
}

Json to_json(const acme::Order& order) {
  Json json{{"status", order.status}, {"authorizations", order.authorizations}, {"finalize", order.finalize}};
  if (!order.certificate.empty()) json["certificate"] = order.certificate;
  add_error(json, order.error);
  return json;
}

Json to_json(const acme::Challenge& challenge) {
  Json json{{"type", challenge.type},
            {"url", challenge.url},
            {"token", challenge.token},
            {"status", challenge.status}};
  add_error(json, challenge.error);
  return json;
}

Json to_json(const acme::Authorization& authorization) {
  Json json{
      {"status", authorization.status},
      {"identifier", {{"type", authorization.identifier.type}, {"value", authorization.identifier.value}}},
      {"challenges", Json::array()}};
  if (authorization.wildcard) json["wildcard"] = true;
  for (const auto& challenge : authorization.challenges) json["challenges"].push_back(to_json(challenge));
  return json;
}

Json to_json(const acme::RenewalInfo& info) {
  return {{"suggestedWindow", {{"start", format_time(info.start)}, {"end", format_time(info.end)}}}};
}

acme::OrderRequest order_request_of(const Json& json) {
  acme::OrderRequest request;
  for (const Json& identifier : json.value("identifiers", Json::array())) {
    request.identifiers.push_back({identifier.value("type", ""), identifier.value("value", "")});
  }
  if (const auto time = parse_time(json.value("notAfter", ""))) request.not_after = *time;
  request.profile = json.value("profile", "");
  request.replaces = json.value("replaces", "");
  return request;
}

}  // namespace cw::contract
