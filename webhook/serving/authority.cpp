#include "webhook/serving/authority.h"

#include <nlohmann/json.hpp>

#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/api/secret.h"
#include "lib/base/encoding.h"
#include "lib/base/log.h"

namespace cw::webhook {
namespace {

using kube::Json;

// Why the stored authority cannot be used, or the pair.
Result<pki::KeyPair> usable_pair(const api::Secret& secret, TimePoint now) {
  const auto value = [&](std::string_view key) {
    const kube::Bytes* found = secret.data.find(key);
    return found == nullptr ? std::string() : found->text();
  };
  const std::string certificate = value(api::kTlsCertificateKey);
  const std::string key = value(api::kTlsPrivateKeyKey);
  if (certificate.empty() || key.empty()) return Error{Code::Invalid, "tls.crt or tls.key is missing"};
  if (value(api::kCaCertificateKey) != certificate) return Error{Code::Invalid, "ca.crt is not tls.crt"};
  pki::KeyPair pair = TRY(pki::parse_key_pair(certificate, key));
  if (!pair.certificate.is_ca()) return Error{Code::Invalid, "the certificate is no CA"};
  const auto lifetime = pair.certificate.not_after() - pair.certificate.not_before();
  if (pair.certificate.not_after() - now < lifetime / 3) {
    return Error{Code::Invalid, "less than a third of its life is left"};
  }
  return pair;
}

Status put_pair(Json& object, const pki::KeyPair& pair) {
  const SecretBytes key = TRY(pair.key_pem());
  const std::string certificate = encode_base64(pair.certificate_pem());
  Json& data = object["data"];
  data[std::string(api::kTlsCertificateKey)] = certificate;
  data[std::string(api::kTlsPrivateKeyKey)] = encode_base64(key.reveal());
  data[std::string(api::kCaCertificateKey)] = certificate;
  return Done{};
}

}  // namespace

Result<pki::KeyPair> ServingAuthority::ensure() {
  Result<Json> stored = reader_.get(api::kSecrets, secret_.key);
  if (!stored && stored.error().code == Code::NotFound) return store_new();
  if (!stored) return std::move(stored).error();
  const api::Secret secret = TRY(api::decode_secret(*stored));
  Result<pki::KeyPair> pair = usable_pair(secret, clock_.now());
  if (pair) return pair;
  log::info("making a new serving CA", {{"secret", describe()}, {"why", pair.error().message}});
  return store_over(std::move(*stored));
}

Result<pki::KeyPair> ServingAuthority::make() const {
  const pki::CaOptions defaults;
  return pki::make_ca({.common_name = secret_.common_name, .lifetime = defaults.lifetime + kBackdated}, keys_,
                      clock_.now() - kBackdated);
}

Result<pki::KeyPair> ServingAuthority::store_new() {
  pki::KeyPair pair = TRY(make());
  Json object{{"apiVersion", "v1"},
              {"kind", "Secret"},
              {"metadata",
               {{"name", secret_.key.name},
                {"namespace", secret_.key.name_space},
                {"labels", {{std::string(api::kManagedByLabel), secret_.managed_by}}},
                {"annotations", {{std::string(api::kAllowDirectInjectionAnnotation), "true"}}}}}};
  if (const Status put = put_pair(object, pair); !put) return put.error();
  const Result<Json> created = writer_.create(api::kSecrets, object);
  if (created) return pair;
  if (created.error().code != Code::AlreadyExists) return created.error();
  const Json stored = TRY(reader_.get(api::kSecrets, secret_.key));  // another replica was faster
  return usable_pair(TRY(api::decode_secret(stored)), clock_.now());
}

Result<pki::KeyPair> ServingAuthority::store_over(Json&& stored) {
  pki::KeyPair pair = TRY(make());
  if (!stored["data"].is_object()) stored["data"] = Json::object();
  if (const Status put = put_pair(stored, pair); !put) return put.error();
  const Result<Json> updated = writer_.update(api::kSecrets, kube::Part::Object, stored);
  if (updated) return pair;
  if (updated.error().code != Code::Conflict) return updated.error();
  const Json winner = TRY(reader_.get(api::kSecrets, secret_.key));  // another replica was faster
  auto adopted = usable_pair(TRY(api::decode_secret(winner)), clock_.now());
  if (!adopted) return updated.error();
  return adopted;
}

}  // namespace cw::webhook
