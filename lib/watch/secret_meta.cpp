#include "lib/watch/secret_meta.h"

#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/kube/decode.h"
#include "lib/kube/metadata.h"
#include "lib/watch/object_version.h"

namespace cw::watch {
namespace {

constexpr std::string_view kOurDomain = "cert-manager.io/";
constexpr std::string_view kNextPrivateKey = "cert-manager.io/next-private-key";

bool is_ours(std::string_view key) {
  const auto domain = key.substr(0, key.find('/') + 1);
  return domain == kOurDomain || domain.ends_with(".cert-manager.io/");
}

kube::Map only_ours(const kube::Map& map) {
  std::vector<kube::Map::Entry> ours;
  for (const auto& [key, value] : map) {
    if (is_ours(key)) ours.emplace_back(key, value);
  }
  return kube::Map(std::move(ours));
}

}  // namespace

Result<SecretMeta> decode_secret_meta(const kube::Json& json) {
  const auto found = json.find("metadata");
  if (found == json.end()) return Error{Code::Invalid, "metadata is missing"};
  const auto metadata = TRY(kube::decode<kube::ObjectMeta>(*found));
  SecretMeta meta{.version = version_number(metadata.resource_version), .details = nullptr};
  // A target Secret is found by its name: there is one for each Certificate, so no more is kept of it.
  if (!metadata.labels.contains(kNextPrivateKey)) return meta;
  const auto* controller = kube::find_controller(metadata);
  SecretMeta::Details details{.uid = metadata.uid,
                              .controller_kind = controller != nullptr ? controller->kind : "",
                              .controller_name = controller != nullptr ? controller->name : "",
                              .controller_uid = controller != nullptr ? controller->uid : "",
                              .labels = only_ours(metadata.labels)};
  meta.details = std::make_shared<const SecretMeta::Details>(std::move(details));
  return meta;
}

}  // namespace cw::watch
