// ScriptedHooks: webhooks for tests: what each answers is a function, by the path of its URL; what they were
// asked is kept.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "apiserver/webhooks/caller.h"
#include "tests/unit/apiserver/test_api.h"

namespace cw::apiserver {

struct HookQuestion {
  std::string path;
  Json request;
};

class ScriptedHooks final : public webhooks::Caller {
 public:
  // The response for a request, without its uid.
  using Script = std::function<Json(const Json& request)>;

  void on(const std::string& path, Script script) { scripts_[path] = std::move(script); }
  // The whole answer.
  void on_raw(const std::string& path, webhooks::CallAnswer answer) { raw_[path] = std::move(answer); }
  Result<webhooks::CallAnswer> post(const webhooks::Target&, const std::string& body,
                                    std::chrono::seconds timeout) override;

  std::vector<HookQuestion> asked;
  std::chrono::seconds last_timeout{0};
  // How often that one was asked.
  int count(const std::string& path) const;

 private:
  std::mutex mutex_;
  std::map<std::string, Script> scripts_;
  std::map<std::string, webhooks::CallAnswer> raw_;
};

inline constexpr const char* kValidating =
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
inline constexpr const char* kMutating =
    "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

// A webhook at https://hooks/NAME that is asked about all writes of ConfigMaps; `more` goes over it.
Json hook(const std::string& name, const Json& more = Json::object());
Json configuration(const std::string& name, const std::vector<Json>& hooks);
// Stores it.
void install(TestApi&, const char* kind, const std::string& name, const std::vector<Json>& hooks);

// The API with webhooks of that kind.
struct HookWorld {
  ScriptedHooks hooks;
  TestApi api{nullptr, TestApi::kBareHouse, &hooks};

  // A ConfigMap.
  TestAnswer make(const std::string& name, const Json& metadata = Json::object());
};

std::string config_map_path(const std::string& name);
// The only rule of a webhook: about all writes of all resources, but for what `more` says.
Json rule_for(const Json& more);

Json allow();
Json deny(const std::string& message, int code = 403);
Json patch_of(const Json& operations);

}  // namespace cw::apiserver
