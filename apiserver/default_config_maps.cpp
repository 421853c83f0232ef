#include "apiserver/default_config_maps.h"

#include <string>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/base/time_text.h"

namespace cw::apiserver {
namespace {

constexpr kube::Resource kMaps{"", "v1", "configmaps", "ConfigMap"};
constexpr const char* kClientCa = "client-ca-file";
constexpr std::size_t kDateLength = 10;  // "2026-01-02"

Status settled(const Result<Json>& written) {
  const bool by_another =
      !written && (written.error().code == Code::AlreadyExists || written.error().code == Code::Conflict);
  return written || by_another ? Status(Done{}) : Status(written.error());
}

Status create_map(kube::KubeWriter& writer, const char* name, const char* key, std::string text) {
  const Json object{{"apiVersion", "v1"},
                    {"kind", "ConfigMap"},
                    {"metadata", {{"name", name}, {"namespace", "kube-system"}}},
                    {"data", {{key, std::move(text)}}}};
  return settled(writer.create(kMaps, object, {}));
}

}  // namespace

Status keep_default_config_maps(const kube::KubeReader& reader, kube::KubeWriter& writer,
                                std::string_view client_ca_pem, TimePoint now) {
  constexpr const char* kAuthentication = "extension-apiserver-authentication";
  constexpr const char* kTracking = "kube-apiserver-legacy-service-account-token-tracking";
  const Result<Json> present = reader.get(kMaps, {"kube-system", kAuthentication});
  if (!present) {
    TRY(create_map(writer, kAuthentication, kClientCa, std::string(client_ca_pem)));
  } else if (text_at(*present, {"data", kClientCa}) != client_ca_pem) {
    Json next = *present;
    next["data"][kClientCa] = client_ca_pem;
    TRY(settled(writer.update(kMaps, kube::Part::Object, next, {})));
  }
  if (reader.get(kMaps, {"kube-system", kTracking})) return Done{};
  return create_map(writer, kTracking, "since", format_time(now).substr(0, kDateLength));
}

}  // namespace cw::apiserver
