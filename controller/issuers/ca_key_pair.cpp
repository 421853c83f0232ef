#include "controller/issuers/ca_key_pair.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/base/time_text.h"
#include "lib/kube/field_error.h"
#include "lib/watch/object_version.h"

namespace cw::controller::issuers {
namespace {

Result<std::string_view> value_of(const api::Secret& secret, std::string_view key) {
  const auto* value = secret.data.find(key);
  if (value == nullptr || value->empty()) {
    return Error{Code::Invalid,
                 "Secret " + kube::quoted(secret.metadata.name) + " has no " + std::string(key)};
  }
  return std::string_view(value->text());
}

template <typename T>
Result<T> naming(const api::Secret& secret, std::string_view key, Result<T> parsed) {
  if (parsed) return parsed;
  return Error{Code::Invalid, "Secret " + kube::quoted(secret.metadata.name) + ": " + std::string(key) +
                                  " cannot be used: " + parsed.error().message};
}

// From metadata.managedFields: the latest entry of those that own data.
std::optional<TimePoint> data_written_at(const kube::Json& secret) {
  std::optional<TimePoint> latest;
  const auto entries = secret.value(kube::Json::json_pointer("/metadata/managedFields"), kube::Json::array());
  for (const auto& entry : entries) {
    if (!entry.is_object() || !entry.contains(kube::Json::json_pointer("/fieldsV1/f:data"))) continue;
    const auto time = entry.find("time");
    if (time == entry.end() || !time->is_string()) continue;
    const auto written = parse_time(time->get_ref<const std::string&>());
    if (written && (!latest || *written > *latest)) latest = *written;
  }
  return latest;
}

}  // namespace

std::vector<pki::Certificate> CaKeyPair::all() const {
  std::vector<pki::Certificate> certificates = chain;
  certificates.insert(certificates.end(), others.begin(), others.end());
  return certificates;
}

Result<CaKeyPair> parse_ca_key_pair(const api::Secret& secret, const pki::PemLimits& limits) {
  const auto chain_pem = TRY(value_of(secret, api::kTlsCertificateKey));
  const auto key_pem = TRY(value_of(secret, api::kTlsPrivateKeyKey));
  auto chain = TRY(naming(secret, api::kTlsCertificateKey, pki::Certificate::parse_chain(chain_pem, limits)));
  auto key = TRY(naming(secret, api::kTlsPrivateKeyKey, pki::PrivateKey::parse_pem(key_pem, limits)));
  CaKeyPair pair{.key = std::move(key), .chain = std::move(chain), .others = {}, .written_at = {}};
  const auto* ca = secret.data.find(api::kCaCertificateKey);
  if (ca != nullptr && !ca->empty()) {
    pair.others =
        TRY(naming(secret, api::kCaCertificateKey, pki::Certificate::parse_chain(ca->text(), limits)));
  }
  return pair;
}

Result<std::shared_ptr<const CaKeyPair>> CaKeyPairs::load(const kube::ObjectKey& key) {
  const auto meta = secrets_.find(key);
  if (meta) {
    if (auto kept = kept_.find(key, meta->version)) return kept;
  }
  auto json = reader_.get(api::kSecrets, key);
  if (!json && json.error().code == Code::NotFound) {
    return Error{Code::NotFound, "Secret " + kube::quoted(key.name) + " in namespace " +
                                     kube::quoted(key.name_space) + " not found"};
  }
  if (!json) return std::move(json).error();
  const auto secret = TRY(api::decode_secret(*json));
  auto parsed = TRY(parse_ca_key_pair(secret, limits_));
  parsed.written_at = data_written_at(*json);
  auto pair = std::make_shared<const CaKeyPair>(std::move(parsed));
  kept_.keep(key, watch::version_number(secret.metadata.resource_version), pair);
  return pair;
}

}  // namespace cw::controller::issuers
