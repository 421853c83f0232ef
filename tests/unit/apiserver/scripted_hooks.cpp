#include "tests/unit/apiserver/scripted_hooks.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "lib/base/encoding.h"

namespace cw::apiserver {

Result<webhooks::CallAnswer> ScriptedHooks::post(const webhooks::Target& target, const std::string& body,
                                                 std::chrono::seconds timeout) {
  const std::scoped_lock lock(mutex_);
  last_timeout = timeout;
  const std::string path = target.url.substr(target.url.rfind('/') + 1);
  const Json request = Json::parse(body).at("request");
  asked.push_back({path, request});
  if (const auto raw = raw_.find(path); raw != raw_.end()) return raw->second;
  const auto script = scripts_.find(path);
  if (script == scripts_.end()) return Error{Code::Unavailable, "nobody is there"};
  Json response = script->second(request);
  if (!response.contains("uid")) response["uid"] = request.at("uid");
  const Json review{
      {"apiVersion", "admission.k8s.io/v1"}, {"kind", "AdmissionReview"}, {"response", response}};
  return webhooks::CallAnswer{200, "application/json", review.dump()};
}

int ScriptedHooks::count(const std::string& path) const {
  return static_cast<int>(
      std::count_if(asked.begin(), asked.end(), [&](const auto& question) { return question.path == path; }));
}

Json hook(const std::string& name, const Json& more) {
  Json made{{"name", name + ".example.com"},
            {"clientConfig", {{"url", "https://hooks/" + name}}},
            {"sideEffects", "None"},
            {"admissionReviewVersions", {"v1"}},
            {"rules",
             {{{"apiGroups", {""}},
               {"apiVersions", {"v1"}},
               {"operations", {"*"}},
               {"resources", {"configmaps"}}}}}};
  made.update(more);
  return made;
}

Json configuration(const std::string& name, const std::vector<Json>& hooks) {
  return {{"metadata", {{"name", name}}}, {"webhooks", hooks}};
}

void install(TestApi& api, const char* kind, const std::string& name, const std::vector<Json>& hooks) {
  const TestAnswer made = api.post(kind, configuration(name, hooks));
  CAPTURE(made.body.dump());
  REQUIRE(made.status == 201);
}

TestAnswer HookWorld::make(const std::string& name, const Json& metadata) {
  Json object = config_map(name);
  object["metadata"].update(metadata);
  return api.post(kConfigMaps, object);
}

std::string config_map_path(const std::string& name) { return std::string(kConfigMaps) + "/" + name; }

Json rule_for(const Json& more) {
  Json rule{{"apiGroups", {"*"}}, {"apiVersions", {"*"}}, {"operations", {"*"}}, {"resources", {"*"}}};
  rule.update(more);
  return {{"rules", {rule}}};
}

Json allow() { return {{"allowed", true}}; }

Json deny(const std::string& message, int code) {
  return {{"allowed", false}, {"status", {{"message", message}, {"code", code}}}};
}

Json patch_of(const Json& operations) {
  return {{"allowed", true}, {"patchType", "JSONPatch"}, {"patch", encode_base64(operations.dump())}};
}

}  // namespace cw::apiserver
